import { useState } from 'react';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { usePacksActions } from './packs-context.ts';

/** A link may offer a pack (`?pack=`): it is fetched only when the user says so. */
export function OfferedPack() {
  const { t } = useMessages(packsMessages);
  const actions = usePacksActions();
  const [address, setAddress] = useState(() => new URLSearchParams(location.search).get('pack'));
  if (address === null) return null;
  const settle = (): void => {
    setAddress(null);
    history.replaceState(null, '', location.pathname + location.hash);
  };
  return (
    <p className="packs-offer" role="status">
      {t('offer', { address: address.slice(0, 200) })}{' '}
      <button type="button" className="primary" onClick={() => { settle(); void actions.receive({ address }); }}>{t('offer.open')}</button>{' '}
      <button type="button" onClick={settle}>{t('offer.no')}</button>
    </p>
  );
}
