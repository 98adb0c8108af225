import { csvText } from '../../../plots/csv.ts';
import { significant } from '../../../plots/format.ts';
import { Figure } from '../Figure.tsx';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { StabilityPanels } from './StabilityPanels.tsx';
import { StabilityTable } from './StabilityTable.tsx';

const SEEDS = [0, 1, 2];
const DIETS = [0.25, 0.5, 0.75];

/** Which concepts come back with another seed or another mixture of pictures and texts. */
export function StabilitySection() {
  const { t } = useLabText();
  const actions = useLabActions();
  const { stability, runs, shown, recipe, ready } = useLab((s) => ({
    stability: s.stability, runs: s.runs, shown: s.shown, recipe: s.recipe, ready: s.data !== null,
  }));
  const comparable = (runs ?? []).filter((run) => run.status === 'done' && shown.includes(run.id));
  const report = stability?.status === 'done' ? stability.report : null;
  const names = report === null ? [] : report.runs.map((id) => runs?.find((run) => run.id === id)?.name ?? id);
  const exactness = report === null ? '' : report.exact ? t('stability.exact') : t('stability.bound', { gap: significant(report.gap) });
  const plan = { methods: [recipe.method], ks: [recipe.k] };
  return (
    <Figure
      id="stability"
      title={t('stability.title')}
      formula={t('stability.help')}
      look={t('stability.look')}
      controls={(
        <button type="button" disabled={comparable.length < 2 || stability?.status === 'measuring'} onClick={() => void actions.measureStability()}>
          {stability?.status === 'measuring' ? t('stability.measuring') : t('stability.measure')}
        </button>
      )}
      save={report === null ? null : {
        what: t('stability.title'),
        caption: `${t('stability.look')} ${t('stability.of', { first: names[0] ?? '', others: names.slice(1).join(', ') })} ${exactness}`,
        csv: () => csvText(['concept', 'energy', 'stability'], report.perConcept.map((value, i) => [i, report.energy[i] ?? null, value])),
      }}
    >
      {report === null ? (
        <div className="empty">
          <p>{t(comparable.length < 2 ? 'stability.empty' : 'stability.ready', { n: comparable.length })}</p>
          {comparable.length < 2 && (
            <>
              <button type="button" disabled={!ready} onClick={() => void actions.sweep({ ...plan, seeds: SEEDS, imageShares: [] })}>{t('stability.seeds')}</button>
              <button type="button" disabled={!ready} onClick={() => void actions.sweep({ ...plan, seeds: [recipe.seed], imageShares: DIETS })}>{t('stability.diets')}</button>
            </>
          )}
        </div>
      ) : (
        <>
          <p>{t('stability.of', { first: names[0] ?? '', others: names.slice(1).join(', ') })} <span className="note">{exactness}</span></p>
          <StabilityPanels report={report} />
          <StabilityTable report={report} />
        </>
      )}
    </Figure>
  );
}
