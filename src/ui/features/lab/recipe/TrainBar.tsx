import { bytes, count, duration } from '../../../plots/amounts.ts';
import { significant } from '../../../plots/format.ts';
import { useLab, useLabActions } from '../lab-context.ts';
import { epochText, useLabText } from '../lab-text.ts';

/** Start and stop: what a run would cost before, how far it is while it goes on. Always in sight. */
export function TrainBar() {
  const { t } = useLabText();
  const actions = useLabActions();
  const { training, ready, wrong } = useLab((s) => ({ training: s.training, ready: s.data !== null, wrong: s.recipeError !== null }));
  return (
    <div className={training === null ? 'train-bar' : 'train-bar busy'}>
      {training === null ? <EstimateLine /> : <TrainingLine />}
      <div className="train-buttons">
        {training === null
          ? <button type="button" className="primary" disabled={!ready || wrong} onClick={() => void actions.train()}>{t('train.start')}</button>
          : <button type="button" className="primary" onClick={() => { actions.cancel(); }}>{t('train.cancel')}</button>}
        {training === null
          ? <button type="button" disabled={!ready || wrong} onClick={() => void actions.estimate()}>{t('train.estimate')}</button>
          : <button type="button" disabled={!ready || wrong} onClick={() => void actions.train()}>{t('train.queue')}</button>}
      </div>
    </div>
  );
}

function EstimateLine() {
  const { t } = useLabText();
  const { estimate, ready, wrong, loading } = useLab((s) => ({
    estimate: s.estimate, ready: s.data !== null, wrong: s.recipeError, loading: s.dataProgress !== null,
  }));
  const text =
    !ready ? t(loading ? 'train.waiting' : 'train.noData')
    : wrong !== null ? wrong.message
    : estimate === null ? t('train.noEstimate')
    : estimate === 'measuring' ? t('train.measuring')
    : t('train.costs', {
        time: duration(estimate.seconds), steps: count(estimate.steps), speed: count(estimate.samplesPerSecond), memory: bytes(estimate.bytes),
        where: t(`backend.${estimate.backend}`) + (estimate.adapter === null ? '' : ` (${estimate.adapter})`),
      });
  return <p className="train-line" role="status">{text}</p>;
}

function TrainingLine() {
  const { t } = useLabText();
  const { training, runs } = useLab((s) => ({ training: s.training, runs: s.runs }));
  const run = runs?.find((r) => r.id === training?.run);
  const queued = (runs ?? []).filter((r) => r.status === 'queued' && r.id !== training?.run).length;
  const update = training?.update ?? null;
  const step = update?.point.step ?? run?.step ?? 0;
  const steps = update?.steps ?? run?.steps ?? 0;
  const speed = update?.point.samplesPerSecond ?? 0;
  const left = run !== undefined && speed > 0 ? ((steps - step) * run.recipe.batch) / speed : Number.NaN;
  return (
    <div className="train-line">
      <p className="train-name">{run?.name ?? ''} <span className="note">{queued > 0 ? t('train.queued', { n: queued }) : ''}</span></p>
      <progress aria-label={t('train.progress', { name: run?.name ?? '' })} {...(steps === 0 || update === null ? {} : { value: step, max: steps })} />
      <p className="note">
        {update === null ? t('train.starting') : t('train.at', {
          epoch: epochText(step, steps, run?.recipe.epochs ?? 0), epochs: run?.recipe.epochs ?? '?', step: count(step), steps: count(steps), speed: significant(speed), left: duration(left),
        })}
      </p>
    </div>
  );
}
