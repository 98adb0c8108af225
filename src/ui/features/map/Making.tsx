import type { Progress } from '../../../engine/protocol.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages, useText } from '../../i18n/text.ts';

/** How far something is that the worker makes, in per cent, and a way to stop it. */
export function Making({ progress, onCancel }: { readonly progress: Progress | null; readonly onCancel: (() => void) | null }) {
  const { t: page } = useText();
  const { t } = useMessages(mapMessages);
  const what = progress === null ? t('map.waiting') : page(`phase.${progress.phase}`);
  const known = progress !== null && progress.total > 0;
  return (
    <span className="job">
      <span>{known ? t('making.percent', { what, n: Math.floor((100 * progress.done) / progress.total) }) : what}</span>
      <progress aria-label={what} {...(known ? { value: progress.done, max: progress.total } : {})} />
      {onCancel !== null && <button type="button" className="quiet" onClick={onCancel}>{t('making.cancel')}</button>}
    </span>
  );
}
