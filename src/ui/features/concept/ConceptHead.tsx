import type { ConceptFacts } from '../../../engine/atlas/protocol.ts';
import type { PackView } from '../../../engine/protocol.ts';
import { CopyViewLink } from '../../figures/CopyViewLink.tsx';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { useHref } from '../atlas/useHref.ts';
import { StarButton } from '../collections/StarButton.tsx';
import { UndoLine } from '../collections/UndoLine.tsx';
import { CopyJson } from './CopyJson.tsx';
import { LabelEditor } from './LabelEditor.tsx';
import { StepNav } from './StepNav.tsx';

interface Props {
  readonly pack: PackView;
  readonly concept: number;
  readonly facts: ConceptFacts | null;
}

/** Which concept this is, what it is called, and what can be done with it. */
export function ConceptHead({ pack, concept, facts }: Props) {
  const { t: page } = useText();
  const { t } = useMessages(conceptMessages);
  const name = useConceptName();
  const href = useHref();
  const dead = (pack.concepts.modality[concept] ?? null) === null;
  return (
    <header className="concept-top-bar">
      <div className="concept-tools">
        <StepNav pack={pack} concept={concept} />
        <span className="spacer" />
        <StarButton concept={concept} />
        <a className="button" href={href('map', { focus: concept })}>{t('nav.map')}</a>
        <CopyJson pack={pack} concept={concept} facts={facts} />
        <CopyViewLink />
      </div>
      <h2>{page('concepts.link', { n: concept, label: name(concept) })}</h2>
      <UndoLine />
      <LabelEditor key={concept} pack={pack} concept={concept} />
      {dead && <p className="concept-dead">{t('dead')}</p>}
    </header>
  );
}
