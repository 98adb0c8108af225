import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';

/** A recipe that shows all there is to see within a minute on any machine. */
const EXAMPLE = { method: 'batchtopk', concepts: 512, k: 8, epochs: 5 } as const;

/** Nothing is drawn: how to change that, with an example that works with one click. */
export function CurvesEmpty() {
  const { t } = useLabText();
  const actions = useLabActions();
  const { runs, ready } = useLab((s) => ({ runs: s.runs?.length ?? 0, ready: s.data !== null }));
  return (
    <div className="empty">
      <p>{runs > 0 ? t('curves.hidden') : t('curves.empty')}</p>
      {runs === 0 && (
        <button
          type="button"
          disabled={!ready}
          onClick={() => {
            actions.setRecipe(EXAMPLE);
            void actions.train();
          }}
        >
          {t('curves.example', { c: EXAMPLE.concepts, k: EXAMPLE.k, epochs: EXAMPLE.epochs })}
        </button>
      )}
    </div>
  );
}
