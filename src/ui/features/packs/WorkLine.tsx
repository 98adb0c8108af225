import { useActions } from '../../app-context.ts';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { ProgressBar } from '../../primitives/ProgressBar.tsx';
import { bytesText } from './bytes-text.ts';
import { usePacks, usePacksActions } from './packs-context.ts';

/** What is being done, with its progress and a way to stop it; what was done; or what went wrong. */
export function WorkLine() {
  const { t } = useMessages(packsMessages);
  const page = useActions();
  const actions = usePacksActions();
  const { progress, error, said, deleted } = usePacks((s) => ({ progress: s.progress, error: s.error, said: s.said, deleted: s.deleted }));
  return (
    <div className="packs-work">
      <div role="status">
        {progress !== null && <ProgressBar job={{ id: 0, progress, cancel: null }} />}
        {progress === null && said !== null && (
          <p>
            {said.what === 'verified' ? t('said.verified', { title: said.title, parts: said.parts, size: bytesText(said.bytes) }) : t(`said.${said.what}`, { title: said.title })}
            {said.what !== 'verified' && said.what !== 'restored' && <> <a href={page.address('map')}>{t('said.map')}</a></>}
          </p>
        )}
        {progress === null && deleted !== null && <p>{t('deleted', { title: deleted.title })} <button type="button" onClick={() => void actions.undoRemove()}>{t('undo')}</button></p>}
      </div>
      {progress !== null && <button type="button" onClick={() => { actions.cancel(); }}>{t('cancel')}</button>}
      {error !== null && (
        <p className="field-error" role="alert">
          {error.message} <button type="button" className="quiet" aria-label={t('dismiss')} onClick={() => { actions.dismiss(); }}>✕</button>
        </p>
      )}
    </div>
  );
}
