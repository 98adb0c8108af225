import { useActions, useApp } from '../../app-context.ts';
import { BIAS } from '../../../core/pair.ts';
import { useText } from '../../i18n/text.ts';
import { conceptLabel, probeName } from '../../names.ts';
import { signedBars } from '../../plots/contributions.ts';
import { cosineText, significant } from '../../plots/format.ts';
import { ConceptExamples, ConceptLink } from '../../primitives/Concept.tsx';
import { Info } from '../../primitives/Info.tsx';
import { isReady } from './columns.ts';
import { MatchSum } from './MatchSum.tsx';

/** Pairs drawn one by one; the smaller ones are summed in the last line. */
const SHOWN = 12;
/** Width of the bars' axis, in the SVG's own units. */
const WIDTH = 240;

/** The exact decomposition of two probes' similarity into concept pairs, as a sorted bar chart. */
export function WhyTheyMatch() {
  const { t, language } = useText();
  const actions = useActions();
  const { pair, probes, samples, pack } = useApp((s) => ({ pair: s.pair, probes: s.probes, samples: s.samples, pack: s.pack }));
  const ready = probes.filter(isReady);
  const name = (key: string): string => {
    const index = probes.findIndex((p) => p.key === key);
    const probe = probes[index];
    return probe === undefined ? '' : probeName(probe, index, samples, language, t);
  };
  if (pair === null) {
    return (
      <section aria-labelledby="why-title" className="why">
        <h2 id="why-title">{t('why.title')}</h2>
        <p className="note">{t('why.empty')}</p>
      </section>
    );
  }
  const { explanation } = pair;
  const concepts = explanation.contributions.filter((c) => c.i !== BIAS && c.j !== BIAS);
  const top = concepts.slice(0, SHOWN);
  const rest = concepts.slice(SHOWN);
  const restSum = rest.reduce((sum, c) => sum + c.value, 0);
  const { zero, bars } = signedBars(top.map((c) => c.value), WIDTH);
  const chooser = (side: 'a' | 'b', label: string): React.ReactNode => (
    <select
      aria-label={label}
      value={pair[side]}
      onChange={(event) => void actions.choosePair(side === 'a' ? event.target.value : pair.a, side === 'b' ? event.target.value : pair.b)}
    >
      {ready.map((p) => <option key={p.key} value={p.key} disabled={p.key === pair[side === 'a' ? 'b' : 'a']}>{name(p.key)}</option>)}
    </select>
  );
  return (
    <section aria-labelledby="why-title" className="why">
      <header className="section-head">
        <h2 id="why-title">{t('why.title')}</h2>
        {chooser('a', t('why.first'))}
        <span aria-hidden="true">↔</span>
        {chooser('b', t('why.second'))}
        <Info about={t('why.title')}>{t('why.help')}</Info>
      </header>
      <div className="why-body">
      <MatchSum explanation={explanation} />
      <div>
      <ul className="pairs" role="list" aria-label={t('why.pair', { a: name(pair.a), b: name(pair.b) })}>
        {top.map((c, k) => {
          const bar = bars[k];
          const label = t('why.contribution', {
            a: conceptLabel(pack, c.i, language), b: conceptLabel(pack, c.j, language), value: significant(c.value),
          });
          return (
            <li key={`${String(c.i)}-${String(c.j)}`} className="pair-row" title={label}>
              <span className="pair-names">
                <ConceptExamples concept={c.i} count={2} size={24} />
                <ConceptLink concept={c.i} />
                <span aria-hidden="true" className="pair-arrow">{c.i === c.j ? '=' : '↔'}</span>
                {c.i !== c.j && (
                  <>
                    <ConceptExamples concept={c.j} count={2} size={24} />
                    <ConceptLink concept={c.j} />
                  </>
                )}
              </span>
              <svg className="pair-bar" viewBox={`0 0 ${String(WIDTH)} 10`} preserveAspectRatio="none" aria-hidden="true">
                <line x1={zero} x2={zero} y1={0} y2={10} className="axis" />
                {bar !== undefined && <rect x={bar.x} width={bar.width} y={1} height={8} className={c.value < 0 ? 'against' : 'for'} />}
              </svg>
              <span className="pair-value">{significant(c.value)}</span>
            </li>
          );
        })}
      </ul>
      {rest.length > 0 && <p className="note">… {t('why.rest', { n: rest.length, value: cosineText(restSum) })}</p>}
      </div>
      </div>
    </section>
  );
}
