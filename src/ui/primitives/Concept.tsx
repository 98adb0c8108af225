import { useActions, useApp } from '../app-context.ts';
import { conceptLabel, imageName } from '../names.ts';
import { useText } from '../i18n/text.ts';
import { Sprite } from './Sprite.tsx';
import { StabilityBadge } from './StabilityBadge.tsx';

/** Labels that separate a concept's examples worse than this are shown as the guesses they are. */
const WEAK_LABEL = 0.3;

/** A concept's name as a link that opens it: number and label, the same everywhere. */
export function ConceptLink({ concept }: { readonly concept: number }) {
  const { t, language } = useText();
  const actions = useActions();
  const { pack, focus } = useApp((s) => ({ pack: s.pack, focus: s.view.focus }));
  const label = conceptLabel(pack, concept, language);
  const score = pack?.concepts.labelScore[concept] ?? 0;
  const weak = score < WEAK_LABEL;
  return (
    <span className="concept-name">
      <a
        className="concept-link"
        href={`#/?focus=${String(concept)}`}
        aria-label={t('concepts.link', { n: concept, label })}
        aria-current={focus === concept ? 'true' : undefined}
        onClick={(event) => {
          event.preventDefault();
          actions.focus(concept);
        }}
        onFocus={() => { actions.preview(concept); }}
        onPointerEnter={() => { actions.preview(concept); }}
      >
        <span className={weak ? 'concept-label weak' : 'concept-label'} title={weak ? t('concept.weak', { score: score.toFixed(2) }) : undefined}>{label}</span>
        <span className="concept-number">{concept}</span>
      </a>
      <StabilityBadge concept={concept} />
    </span>
  );
}

/** Up to `count` pictures that activate a concept most; texts stand in where no picture does. */
export function ConceptExamples({ concept, count, size }: { readonly concept: number; readonly count: number; readonly size: number }) {
  const { language } = useText();
  const { pack, samples } = useApp((s) => ({ pack: s.pack, samples: s.samples }));
  const pictures = pack?.concepts.topImages[concept]?.slice(0, count) ?? [];
  const texts = pictures.length > 0 ? [] : (pack?.concepts.topTexts[concept]?.slice(0, 2) ?? []);
  return (
    <span className="examples">
      {pictures.map(({ item }) => <Sprite key={item} item={item} size={size} label={imageName(samples, item, language)} />)}
      {texts.map(({ item }) => <q key={item} className="example-text">{samples?.texts[item]?.text ?? '…'}</q>)}
    </span>
  );
}

