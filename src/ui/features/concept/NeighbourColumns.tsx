import type { ConceptFacts } from '../../../engine/atlas/protocol.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import { bridgedConcepts, ownBridges } from '../../plots/concept/bridge-lists.ts';
import { cosineText, significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { ConceptName } from '../atlas/ConceptName.tsx';

/** Neighbours of each kind that are listed. */
const SHOWN = 8;

/** The concepts nearest by direction, by company, and across the modalities. */
export function NeighbourColumns({ facts }: { readonly facts: ConceptFacts }) {
  const { t } = useMessages(conceptMessages);
  const columns = [
    { kind: 'cosine' as const, near: facts.byCosine, text: cosineText },
    { kind: 'coactivation' as const, near: facts.byCoactivation, text: cosineText },
    { kind: 'bridge' as const, near: bridgedConcepts(facts.concept, ownBridges(facts.concept, facts.bridges)), text: significant },
  ];
  return (
    <section className="concept-section" aria-labelledby="concept-neighbours">
      <h3 id="concept-neighbours">{t('neighbours.title')}</h3>
      <div className="concept-neighbours">
        {columns.map(({ kind, near, text }) => (
          <div key={kind}>
            <h4>{t(`neighbours.${kind}`)} <Info about={t(`neighbours.${kind}`)}>{t(`neighbours.${kind}.help`)}</Info></h4>
            {near.length === 0 ? <p className="note">{t('neighbours.none')}</p> : (
              <ol role="list">
                {near.slice(0, SHOWN).map(({ concept, value }) => <li key={concept}><ConceptName concept={concept} bar={false} /> <span className="note">{text(value)}</span></li>)}
              </ol>
            )}
          </div>
        ))}
      </div>
    </section>
  );
}
