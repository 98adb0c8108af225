import { useActions, useApp } from './app-context.ts';
import { messageKey, useText } from './i18n/text.ts';
import { UpdateLine } from './offline/UpdateLine.tsx';
import { significant } from './plots/format.ts';
import { Info } from './primitives/Info.tsx';
import { ProgressBar } from './primitives/ProgressBar.tsx';

/** What runs, on what, with which dictionary and gallery; and the work in progress. */
export function StatusBar() {
  const { t } = useText();
  const actions = useActions();
  const { pack, models, jobs } = useApp((s) => ({ pack: s.pack, models: s.models, jobs: s.jobs }));
  const backends = models.status === 'ready' ? models.backends : [];
  const on = [...new Set(backends.map((b) => b.backend))];
  const backend =
    models.status === 'ready' ? on.join(' + ')
    : models.status === 'loading' ? t('status.loading')
    : models.status === 'failed' ? t('status.failed', { reason: models.error.message })
    : t('status.nomodel');
  return (
    <footer className="status-bar">
      <UpdateLine />
      <span role="status" className="status-line">
        <span className={`dot ${models.status}`} aria-hidden="true" />
        {pack === null ? t('phase.pack') : t('status.ready', {
          backend, encoder: pack.encoder, dictionary: pack.dictionary,
          theta: pack.theta === null ? '' : t('status.theta', { theta: significant(pack.theta) }),
          images: pack.counts.images, texts: pack.counts.texts,
        })}
      </span>
      {models.status === 'failed' && <button type="button" className="quiet" onClick={() => void actions.loadModels()}>{t('status.retry')}</button>}
      <Info about={t('status.details')}>
        {t('status.poor')}
        {backends.map((b) => (
          <span key={b.part} className="backend">
            <br />
            {t('status.part', {
              part: t(messageKey(`part.${b.part}`, 'part.dictionary')), backend: b.backend, adapter: b.backend === 'webgpu' ? ` (${b.adapter ?? ''})` : '',
              why: t(`backend.${b.why}`, { adapter: b.adapter ?? '' }),
            })}
            {Object.keys(b.ms).length > 0 && `; ${t('status.ms', { list: Object.entries(b.ms).map(([k, ms]) => `${k} ${significant(ms)} ms`).join(', ') })}`}
            {b.selfTest !== null && `; ${t('status.selftest', { value: b.selfTest.toFixed(5) })}`}
          </span>
        ))}
      </Info>
      <span className="spacer" />
      <span role="status" className="jobs">{jobs.map((job) => <ProgressBar key={job.id} job={job} />)}</span>
    </footer>
  );
}
