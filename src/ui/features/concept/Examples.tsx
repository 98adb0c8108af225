import { useApp } from '../../app-context.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { imageName, textName } from '../../names.ts';
import { Info } from '../../primitives/Info.tsx';
import { Sprite } from '../../primitives/Sprite.tsx';

/** An item to show, and the number under it. */
export interface Shown {
  readonly item: number;
  readonly value: string;
}

/** Pictures, each over its number. */
export function PictureExamples({ examples, size }: { readonly examples: readonly Shown[]; readonly size: number }) {
  const { t: page, language } = useText();
  const { t } = useMessages(conceptMessages);
  const { samples } = useApp((s) => ({ samples: s.samples }));
  if (examples.length === 0) return <p className="note">{t('examples.none.images')}</p>;
  return (
    <ul role="list" className="concept-pictures">
      {examples.map(({ item, value }, n) => (
        <li key={`${String(item)} ${String(n)}`}>
          <Sprite item={item} size={size} label={page('concept.activation', { name: imageName(samples, item, language), value })} />
          <span className="note" aria-hidden="true">{value}</span>
        </li>
      ))}
    </ul>
  );
}

/** Texts, each beside its number. */
export function TextExamples({ examples }: { readonly examples: readonly Shown[] }) {
  const { t } = useMessages(conceptMessages);
  const { samples } = useApp((s) => ({ samples: s.samples }));
  if (examples.length === 0) return <p className="note">{t('examples.none.texts')}</p>;
  return (
    <ul role="list" className="concept-texts">
      {examples.map(({ item, value }, n) => (
        <li key={`${String(item)} ${String(n)}`}>
          <span className="mark-text" aria-hidden="true" /> <span className="concept-text">{textName(samples, item)}</span> <span className="note">{value}</span>
        </li>
      ))}
    </ul>
  );
}

interface PairProps {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** What the two lists are, N of M. */
  readonly says: string;
  readonly images: readonly Shown[];
  readonly texts: readonly Shown[];
}

/** One kind of examples, images and texts side by side. */
export function ExamplePair({ id, title, help, says, images, texts }: PairProps) {
  return (
    <section className="concept-section" aria-labelledby={`concept-${id}`}>
      <header className="section-head">
        <h3 id={`concept-${id}`}>{title}</h3>
        <Info about={title}>{help}</Info>
        <span className="note">{says}</span>
      </header>
      <div className="concept-pair">
        <PictureExamples examples={images} size={64} />
        <TextExamples examples={texts} />
      </div>
    </section>
  );
}
