import type { ConceptFacts } from '../../../engine/atlas/protocol.ts';
import { useApp } from '../../app-context.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import { textName } from '../../names.ts';
import { cosineText } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';

/** Vocabulary texts nearest to the concept's direction. */
export function WordList({ facts }: { readonly facts: ConceptFacts }) {
  const { t } = useMessages(conceptMessages);
  const { samples } = useApp((s) => ({ samples: s.samples }));
  return (
    <section className="concept-section" aria-labelledby="concept-words">
      <header className="section-head">
        <h3 id="concept-words">{t('words.title')}</h3>
        <Info about={t('words.title')}>{t('words.help')}</Info>
      </header>
      <ul role="list" className="concept-words">
        {facts.words.map(({ text, cosine }) => <li key={text}>{textName(samples, text)} <span className="note">{cosineText(cosine)}</span></li>)}
      </ul>
    </section>
  );
}
