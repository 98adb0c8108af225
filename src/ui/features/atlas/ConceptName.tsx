import { ModalityBar } from '../../primitives/ModalityBar.tsx';
import { StabilityBadge } from '../../primitives/StabilityBadge.tsx';
import { useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { useAtlasActions } from './atlas-context.ts';
import { useConceptName } from './useConceptName.ts';
import { useHref } from './useHref.ts';

/** A concept as the atlas shows it everywhere: label and number as a link to its page, modality bar, stability. */
export function ConceptName({ concept, bar = true }: { readonly concept: number; readonly bar?: boolean }) {
  const { t } = useText();
  const name = useConceptName();
  const href = useHref();
  const actions = useAtlasActions();
  const { modality } = useApp((s) => ({ modality: s.pack?.concepts.modality[concept] ?? null }));
  return (
    <span className="concept-name" onPointerEnter={() => { actions.hover(concept); }} onPointerLeave={() => { actions.hover(null); }}>
      <a className="concept-link" href={href('concept', { open: concept })} aria-label={t('concepts.link', { n: concept, label: name(concept) })} onFocus={() => { actions.hover(concept); }} onBlur={() => { actions.hover(null); }}>
        <span className="concept-label">{name(concept)}</span>
        <span className="concept-number">{concept}</span>
      </a>
      <StabilityBadge concept={concept} />
      {bar && <ModalityBar score={modality} />}
    </span>
  );
}
