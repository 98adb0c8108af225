import { useEffect, useState } from 'react';
import { siteMessages } from '../i18n/site.ts';
import { useMessages } from '../i18n/text.ts';
import { startSiteWorker, type SiteUpdate } from './site-worker.ts';
import '../styles/offline.css';

/** Says that a new version of the site waits, and leaves it to the person when to load it. */
export function UpdateLine({ start = startSiteWorker }: { readonly start?: (onUpdate: (update: SiteUpdate) => void) => void }) {
  const { t } = useMessages(siteMessages);
  const [update, setUpdate] = useState<SiteUpdate | null>(null);
  useEffect(() => { start(setUpdate); }, [start]);
  return (
    <span className={update === null ? 'visually-hidden' : 'update-line'}>
      {/* There before it says anything, so that it is announced when it does. */}
      <span role="status">{update !== null && t('update.ready')}</span>
      {update !== null && (
        <>
          <button type="button" className="primary" onClick={update.reload}>{t('update.reload')}</button>
          <button type="button" onClick={() => { setUpdate(null); }}>{t('update.later')}</button>
        </>
      )}
    </span>
  );
}
