import { useText } from '../i18n/text.ts';
import type { Job } from '../../state/model.ts';

/** One running job: what it is, how far it is, and a way to stop it. */
export function ProgressBar({ job }: { readonly job: Job }) {
  const { t } = useText();
  const { phase, done, total, unit } = job.progress;
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const counted =
    total === 0
      ? ''
      : unit === 'bytes'
        ? t('status.bytes', { done: megabytes(done), total: megabytes(total) })
        : t('status.items', { done, total });
  return (
    <span className="job">
      <span>{t(`phase.${phase}`)} {counted}</span>
      <progress aria-label={t(`phase.${phase}`)} {...(total === 0 ? {} : { value: done, max: total })} />
      {job.cancel !== null && (
        <button type="button" className="quiet" onClick={job.cancel} aria-label={t('status.cancel')}>✕</button>
      )}
    </span>
  );
}
