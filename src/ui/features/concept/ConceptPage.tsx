import { useEffect } from 'react';
import type { PackView } from '../../../engine/protocol.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { Making } from '../map/Making.tsx';
import { ActivationFigure } from './ActivationFigure.tsx';
import { ConceptBridges } from './ConceptBridges.tsx';
import { ConceptHead } from './ConceptHead.tsx';
import { MoreExamples } from './MoreExamples.tsx';
import { NeighbourColumns } from './NeighbourColumns.tsx';
import { Numbers } from './Numbers.tsx';
import { TestField } from './TestField.tsx';
import { TopExamples } from './TopExamples.tsx';
import { WordList } from './WordList.tsx';

/** A concept of the open pack: what the pack knows at once, the rest when it is measured. */
export function ConceptPage({ pack, concept }: { readonly pack: PackView; readonly concept: number }) {
  const { t } = useMessages(conceptMessages);
  const actions = useAtlasActions();
  const { made } = useAtlas((s) => ({ made: s.concepts.get(concept) }));
  useEffect(() => { void actions.needConcept(concept); }, [actions, pack, concept]);
  const facts = made?.status === 'ready' ? made.value : null;
  const threshold = facts?.threshold ?? pack.theta;
  return (
    <article className="concept-page" aria-busy={facts === null && made?.status !== 'failed'}>
      <ConceptHead pack={pack} concept={concept} facts={facts} />
      <TopExamples pack={pack} concept={concept} facts={facts} />
      <div className="concept-side">
        <Numbers pack={pack} concept={concept} />
        <TestField key={concept} concept={concept} />
        {facts !== null && <ActivationFigure facts={facts} threshold={threshold} />}
        {facts !== null && <WordList facts={facts} />}
      </div>
      <div className="concept-main">
        {made?.status === 'failed' && (
          <p role="alert" className="concept-problem">{t('failed', { reason: made.error.message })} <button type="button" onClick={() => void actions.needConcept(concept)}>{t('retry')}</button></p>
        )}
        {facts === null && made?.status !== 'failed' && (
          <p className="making" role="status">{made?.status === 'making' && made.progress !== null ? <Making progress={made.progress} onCancel={null} /> : t('making')}</p>
        )}
        {facts !== null && <MoreExamples facts={facts} />}
        {facts !== null && <NeighbourColumns facts={facts} />}
        {facts !== null && <ConceptBridges facts={facts} />}
      </div>
    </article>
  );
}
