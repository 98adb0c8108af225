import { useState } from 'react';
import type { ConceptFacts } from '../../../engine/atlas/protocol.ts';
import type { PackView } from '../../../engine/protocol.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import { significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { PictureExamples, TextExamples } from './Examples.tsx';

/** Examples that are shown until more are asked for: as many as the pack itself has. */
const FIRST = 8;

interface Props {
  readonly pack: PackView;
  readonly concept: number;
  readonly facts: ConceptFacts | null;
}

/** What activates the concept most, big: the pack's own examples at once, more when they are known. */
export function TopExamples({ pack, concept, facts }: Props) {
  const { t } = useMessages(conceptMessages);
  const [all, setAll] = useState(false);
  const { concepts: table, counts } = pack;
  const sides = (['images', 'texts'] as const).map((side) => {
    const known = facts?.[side];
    const top = known?.top ?? table[side === 'images' ? 'topImages' : 'topTexts'][concept] ?? [];
    const active = known?.active ?? Math.round((table[side === 'images' ? 'frequencyImages' : 'frequencyTexts'][concept] ?? 0) * counts[side]);
    const examples = top.slice(0, all ? undefined : FIRST).map(({ item, activation }) => ({ item, value: significant(activation) }));
    return { side, examples, total: top.length, says: t(`active.${side}`, { n: active, m: counts[side] }) };
  });
  const most = Math.max(...sides.map(({ total }) => total));
  return (
    <div className="concept-top">
      {sides.map(({ side, examples, says }) => (
        <section key={side} className="concept-section" aria-labelledby={`concept-top-${side}`}>
          <header className="section-head">
            <h3 id={`concept-top-${side}`}>{t(`top.${side}`)}</h3>
            <Info about={t('top.about')}>{t('top.help')}</Info>
            <span className="note">{says}</span>
          </header>
          {side === 'images' ? <PictureExamples examples={examples} size={96} /> : <TextExamples examples={examples} />}
        </section>
      ))}
      {most > FIRST && <button type="button" className="quiet concept-more" aria-expanded={all} onClick={() => { setAll(!all); }}>{all ? t('top.fewer') : t('top.more', { n: most })}</button>}
    </div>
  );
}
