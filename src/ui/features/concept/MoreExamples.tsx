import type { ConceptFacts, Example } from '../../../engine/atlas/protocol.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import { cosineText, significant } from '../../plots/format.ts';
import { ExamplePair, type Shown } from './Examples.tsx';

/** Examples of a kind that are shown, of each modality. */
const SHOWN = 8;

/** What nearly activates the concept, what might but does not, and what does less strongly. */
export function MoreExamples({ facts: { images, texts, threshold } }: { readonly facts: ConceptFacts }) {
  const { t } = useMessages(conceptMessages);
  const both = <T extends Example>(of: (side: ConceptFacts['images']) => readonly T[], value: (example: T) => string): Record<'images' | 'texts', readonly Shown[]> => {
    const list = (side: ConceptFacts['images']): Shown[] => of(side).slice(0, SHOWN).map((example) => ({ item: example.item, value: value(example) }));
    return { images: list(images), texts: list(texts) };
  };
  const quantiles = (side: ConceptFacts['images']): Shown[] =>
    side.quantiles.map(({ quantile, example }) => ({ item: example.item, value: t('quantiles.value', { q: Math.round(quantile * 100), z: significant(example.activation) }) }));
  const active = images.active + texts.active;
  const random = both((side) => side.random, ({ activation }) => significant(activation));
  return (
    <>
      <ExamplePair
        id="near" title={t('near.title')} help={t('near.help')} says={threshold === null ? t('near.says.none') : t('near.says', { theta: significant(threshold) })}
        {...both((side) => side.nearMisses, ({ precode }) => significant(precode))}
      />
      {active > 0 && (
        <>
          <ExamplePair id="negatives" title={t('negatives.title')} help={t('negatives.help')} says={t('negatives.says')} {...both((side) => side.negatives, ({ cosine }) => cosineText(cosine))} />
          <ExamplePair id="quantiles" title={t('quantiles.title')} help={t('quantiles.help')} says={t('quantiles.says')} images={quantiles(images)} texts={quantiles(texts)} />
          <ExamplePair
            id="random" title={t('random.title')} help={t('random.help')}
            says={t('random.says', { n: random.images.length, m: images.active, k: random.texts.length, l: texts.active })} {...random}
          />
        </>
      )}
    </>
  );
}
