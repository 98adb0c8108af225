import { Info } from '../../../primitives/Info.tsx';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { RunRow } from './RunRow.tsx';

/** Columns between the check box and the actions; those of numbers stand right. */
const COLUMNS = [
  { key: 'name', number: false }, { key: 'status', number: false }, { key: 'method', number: false }, { key: 'concepts', number: true }, { key: 'k', number: true },
  { key: 'r2', number: true }, { key: 'l0', number: true }, { key: 'dead', number: true }, { key: 'time', number: true }, { key: 'backend', number: false },
] as const;

/** Every run of this and earlier sessions, with its notes and what can be done with it. */
export function RunsSection() {
  const { t } = useLabText();
  const actions = useLabActions();
  const { runs, deleted } = useLab((s) => ({ runs: s.runs, deleted: s.deleted }));
  return (
    <section aria-labelledby="lab-runs" className="runs">
      <header className="section-head">
        <h3 id="lab-runs">{t('runs.title')}</h3>
        <Info about={t('runs.title')}>{t('runs.help')}</Info>
        <span role="status" className="note runs-deleted">
          {deleted !== null && (
            <>
              {t('runs.deleted', { name: deleted.name })}{' '}
              <button type="button" className="quiet" onClick={() => void actions.undoRemove()}>{t('runs.undo')}</button>
            </>
          )}
        </span>
      </header>
      <table className="runs-table">
        <caption className="visually-hidden">{t('runs.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('runs.column.shown')}</th>
            {COLUMNS.map(({ key, number }) => <th key={key} scope="col" className={number ? 'number' : undefined}>{t(`runs.column.${key}`)}</th>)}
            <th scope="col">{t('runs.column.actions')}</th>
          </tr>
        </thead>
        <tbody>
          {runs === null || runs.length === 0
            ? <tr><td colSpan={COLUMNS.length + 2} className="runs-none">{t(runs === null ? 'runs.reading' : 'runs.empty')}</td></tr>
            : runs.map((run) => <RunRow key={run.id} run={run} />)}
        </tbody>
      </table>
    </section>
  );
}
