import { useId } from 'react';
import type { ExportKind, Run } from '../../../../engine/lab/protocol.ts';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { download } from '../../../figures/download.ts';

const EXPORTS = ['saelens', 'pack', 'csv'] as const satisfies readonly ExportKind[];

/** What can be done with a run: the likely ones as buttons, the others in a menu. */
export function RunActions({ run, used }: { readonly run: Run; readonly used: boolean }) {
  const { t } = useLabText();
  const actions = useLabActions();
  const id = useId();
  const busy = useLab((s) => s.training?.run === run.id);
  const done = run.status === 'done';
  const save = async (as: ExportKind): Promise<void> => {
    const file = await actions.exportRun(run.id, as);
    if (file !== null) download(file.name, file.blob);
  };
  const { name } = run;
  return (
    <span className="run-actions">
      {done ? (
        <button type="button" aria-label={t('runs.use', { name })} title={t('runs.use', { name })} disabled={used} onClick={() => void actions.use(run.id)}>
          {t(used ? 'runs.used' : 'runs.use.short')}
        </button>
      ) : (
        <button type="button" aria-label={t('runs.resume', { name })} disabled={busy} onClick={() => void actions.resume(run.id)}>{t('runs.resume.short')}</button>
      )}
      <button type="button" className="quiet" aria-label={t('runs.inspect', { name })} disabled={!done} onClick={() => void actions.inspect(run.id)}>{t('runs.inspect.short')}</button>
      <button type="button" className="quiet" aria-label={t('runs.more', { name })} popoverTarget={id}>⋯</button>
      <span id={id} popover="auto" className="popover menu">
        {EXPORTS.map((as) => (
          <button key={as} type="button" className="quiet" disabled={!done} popoverTarget={id} popoverTargetAction="hide" onClick={() => void save(as)}>{t(`runs.export.${as}`)}</button>
        ))}
        <button type="button" className="quiet" disabled={busy} popoverTarget={id} popoverTargetAction="hide" onClick={() => void actions.remove(run.id)}>{t('runs.delete')}</button>
      </span>
    </span>
  );
}
