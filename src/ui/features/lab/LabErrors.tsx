import { useText } from '../../i18n/text.ts';
import { useLab, useLabActions } from './lab-context.ts';

/** What went wrong with the last action, in its own words. */
export function LabErrors() {
  const { t } = useText();
  const actions = useLabActions();
  const error = useLab((s) => s.error);
  return (
    <div className="messages" role="status">
      {error !== null && (
        <div className="message">
          <p>{error.message}</p>
          <button type="button" className="quiet" aria-label={t('error.dismiss')} onClick={() => { actions.dismissError(); }}>✕</button>
        </div>
      )}
    </div>
  );
}
