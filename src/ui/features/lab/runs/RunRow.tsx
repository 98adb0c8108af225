import type { Run } from '../../../../engine/lab/protocol.ts';
import { count, duration } from '../../../plots/amounts.ts';
import { percent, significant } from '../../../plots/format.ts';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText, type LabTranslate } from '../lab-text.ts';
import { METHOD_NAMES, methodMark, methodMarkClass } from '../methods.ts';
import { useOverlay } from '../overlay.ts';
import { RunMark } from '../RunMark.tsx';
import { EditableText } from './EditableText.tsx';
import { RunActions } from './RunActions.tsx';

/** One run: what it was, how it went, what can be done with it. */
export function RunRow({ run }: { readonly run: Run }) {
  const { t } = useLabText();
  const actions = useLabActions();
  const { shown, training, used } = useLab((s) => ({
    shown: s.shown.includes(run.id), training: s.training?.run === run.id ? s.training.update : null, used: s.used === run.id,
  }));
  const slot = useOverlay().indexOf(run.id);
  const { method, concepts, k, seed } = run.recipe;
  // Until it is measured on all rows, the last point of its curves stands in.
  const last = training?.point ?? run.curve.at(-1);
  const measured = run.measures === null ? last : { ...run.measures.both, dead: run.measures.dead };
  const passing = run.measures === null ? 'number passing' : 'number';
  return (
    <tr className={used ? 'used' : undefined}>
      <td className="cell-shown">
        <label>
          <input type="checkbox" checked={shown} aria-label={t('runs.show', { name: run.name })} onChange={() => { actions.toggle(run.id); }} />
          <span className="mark-place">{slot >= 0 && <RunMark slot={slot} />}</span>
        </label>
      </td>
      <th scope="row" className="cell-name">
        <EditableText label={t('runs.name', { name: run.name })} value={run.name} placeholder="" onCommit={(name) => void actions.rename(run.id, name, run.note)} />
        <EditableText note label={t('runs.note', { name: run.name })} value={run.note} placeholder={t('runs.note.placeholder')} onCommit={(note) => void actions.rename(run.id, run.name, note)} />
        {run.error !== null && <p className="field-error">{run.error.message}</p>}
      </th>
      <td data-label=""><span className={`status ${run.status}`}>{statusText(run, training?.steps ?? run.step, t)}</span></td>
      <td data-label="" className={`method-${method}`}>
        <svg className="mark" width={14} height={14} viewBox="-7 -7 14 14" aria-hidden="true"><path className={methodMarkClass(method)} d={methodMark(method, 44)} /></svg>{' '}
        {METHOD_NAMES[method]}
        <span className="note"> {t('runs.seed', { seed })}{run.imageShare === null ? '' : ` · ${t('runs.share', { share: percent(run.imageShare) })}`}</span>
      </td>
      <td className="number" data-label={t('runs.column.concepts')}>{count(concepts)}</td>
      <td className="number" data-label={t('runs.column.k')}>{k}</td>
      <td className={passing} data-label={t('runs.column.r2')}>{measured === undefined ? '–' : significant(measured.r2PerFeature)}</td>
      <td className={passing} data-label={t('runs.column.l0')}>{measured === undefined ? '–' : significant(measured.l0)}</td>
      <td className={passing} data-label={t('runs.column.dead')}>{measured === undefined ? '–' : percent(measured.dead)}</td>
      <td className="number" data-label={t('runs.column.time')}>{run.seconds > 0 ? duration(run.seconds) : '–'}</td>
      <td data-label="" title={run.adapter ?? undefined}>{run.backend === null ? '–' : t(`backend.${run.backend}`)}</td>
      <td className="cell-actions"><RunActions run={run} used={used} /></td>
    </tr>
  );
}

function statusText(run: Run, step: number, t: LabTranslate): string {
  const share = percent(run.steps === 0 ? 0 : step / run.steps);
  return run.status === 'running' || run.status === 'paused' ? t(`runs.status.${run.status}`, { share }) : t(`runs.status.${run.status}`);
}
