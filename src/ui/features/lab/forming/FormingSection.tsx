import { useState } from 'react';
import { Info } from '../../../primitives/Info.tsx';
import { keepSlots } from '../../../plots/slots.ts';
import { useLab } from '../lab-context.ts';
import { epochText, useLabText } from '../lab-text.ts';
import { ConceptCell } from './ConceptCell.tsx';

/** Cells of the sample; as many as fill two to four even rows. */
const CELLS = 12;

/** A sample of concepts with what activates them most: live while a run goes on, of the inspected run otherwise. */
export function FormingSection() {
  const { t } = useLabText();
  const { training, concepts, runs, data } = useLab((s) => ({ training: s.training, concepts: s.concepts, runs: s.runs, data: s.data }));
  const live = training !== null && (training.concepts.length > 0 || concepts === null);
  const list = live ? training.concepts : (concepts?.list ?? []);
  const run = runs?.find((r) => r.id === (live ? training.run : concepts?.run));

  const [slots, setSlots] = useState<readonly (number | null)[]>([]);
  const next = keepSlots(slots, list.map((c) => c.concept), CELLS);
  // A concept keeps its cell from one sample to the next: derived while rendering, from the cells so far.
  if (next !== slots) setSlots(next);

  return (
    <section aria-labelledby="lab-forming" className="forming">
      <header className="section-head">
        <h3 id="lab-forming">{t('forming.title')}</h3>
        <Info about={t('forming.title')}>{t('forming.help')}</Info>
        <span className="note">
          {run === undefined ? '' : live ? t('forming.live', { name: run.name, epoch: epochText(training.update?.point.step ?? 0, training.update?.steps ?? 0, run.recipe.epochs) }) : t('forming.done', { name: run.name })}
          {list.length > 0 && ` · ${t('forming.showing', { n: Math.min(CELLS, list.length), m: run?.recipe.concepts ?? list.length })}`}
        </span>
      </header>
      <p className="note look">{list.length === 0 ? t('forming.empty') : t('forming.look')}</p>
      {run !== undefined && (
        <ul className="cells" role="list">
          {next.map((concept, i) => {
            const found = list.find((c) => c.concept === concept);
            return found === undefined
              ? <li key={`empty-${String(i)}`} className="cell" aria-hidden="true" />
              : <ConceptCell key={found.concept} concept={found} data={run.data} known={run.data.id === data?.id} />;
          })}
        </ul>
      )}
    </section>
  );
}
