import { bridgesMessages } from '../../i18n/bridges.ts';
import { useMessages } from '../../i18n/text.ts';
import { useApp } from '../../app-context.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { Making } from '../map/Making.tsx';
import { BridgesOverview } from './BridgesOverview.tsx';
import { PairPage } from './PairPage.tsx';
import '../../styles/bridges.css';

/** The bridges of the pack, or the page of the one that the link opens. */
export function BridgesView() {
  const { t } = useMessages(bridgesMessages);
  const actions = useAtlasActions();
  const { pack } = useApp((s) => ({ pack: s.pack }));
  const { made, pair, facts } = useAtlas((s) => ({ made: s.atlas, pair: s.view.bridge, facts: s.view.bridge === null ? undefined : s.bridges.get(s.view.bridge.join('-')) }));
  const ready = made?.status === 'ready' && pack !== null;
  const waits = (made?.status !== 'failed' && !ready) || (ready && pair !== null && made.value.bridge !== null && facts?.status !== 'ready' && facts?.status !== 'failed');
  return (
    <main id="view" tabIndex={-1} className="bridges-view" aria-busy={waits}>
      {made?.status === 'failed' && <p role="alert" className="map-problem">{t('failed', { reason: made.error.message })} <button type="button" onClick={() => void actions.start()}>{t('retry')}</button></p>}
      {!ready && made?.status !== 'failed' && <p className="making" role="status">{made?.status === 'making' && made.progress !== null ? <Making progress={made.progress} onCancel={null} /> : t('making')}</p>}
      {ready && made.value.bridge === null && <><h2>{t('title')}</h2><p>{t('unpaired')}</p></>}
      {ready && made.value.bridge !== null && (pair === null ? <BridgesOverview bridge={made.value.bridge} /> : <PairPage pack={pack} bridge={made.value.bridge} pair={pair} />)}
    </main>
  );
}
