import { useMemo, useState } from 'react';
import { useActions, useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { probeName } from '../../names.ts';
import { Info } from '../../primitives/Info.tsx';
import { columnsOf, isReady } from './columns.ts';
import { conceptRows, pairRows } from './match-rows.ts';
import { MatchRows } from './MatchRows.tsx';
import { MatchSum } from './MatchSum.tsx';
import { SimilarityMatrix } from './SimilarityMatrix.tsx';

const WAYS = ['pair', 'concept'] as const;

/** The exact decomposition of two probes' similarity into concept pairs, and the cosines of all shown pairs to choose from. */
export function WhyTheyMatch() {
  const { t, language } = useText();
  const actions = useActions();
  const { pair, probes, samples } = useApp((s) => ({ pair: s.pair, probes: s.probes, samples: s.samples }));
  const [by, setBy] = useState<(typeof WAYS)[number]>('pair');
  const contributions = pair?.explanation.contributions;
  const rows = useMemo(() => (by === 'pair' ? pairRows : conceptRows)(contributions ?? []), [by, contributions]);
  const ready = probes.filter(isReady);
  const name = (key: string): string => {
    const index = probes.findIndex((p) => p.key === key);
    const probe = probes[index];
    return probe === undefined ? '' : probeName(probe, index, samples, language, t);
  };
  if (pair === null) {
    return (
      <section aria-labelledby="why-title" className="why">
        <h2 id="why-title" tabIndex={-1}>{t('why.title')}</h2>
        <p className="note">{t('why.empty')}</p>
      </section>
    );
  }
  const columns = columnsOf(probes, pair);
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
        <h2 id="why-title" tabIndex={-1}>{t('why.title')}</h2>
        <span className="pair-choice">{chooser('a', t('why.first'))}<span aria-hidden="true">↔</span>{chooser('b', t('why.second'))}</span>
        <Info about={t('why.title')}>{t('why.help')}</Info>
        <span className="spacer" />
        <label className="note">
          {t('why.by')}{' '}
          <select value={by} onChange={(event) => { setBy(WAYS.find((w) => w === event.target.value) ?? 'pair'); }}>
            {WAYS.map((w) => <option key={w} value={w}>{t(`why.by.${w}`)}</option>)}
          </select>
        </label>
      </header>
      <div className="why-body">
        <div>
          <MatchSum explanation={pair.explanation} />
          {columns.length > 2 && <SimilarityMatrix columns={columns} names={columns.map((p) => name(p.key))} />}
        </div>
        <div>
          {by === 'concept' && <p className="note">{t('why.by.concept.help')}</p>}
          <MatchRows
            key={`${pair.a}-${pair.b}-${by}`}
            rows={rows}
            label={t('why.pair', { a: name(pair.a), b: name(pair.b) })}
            rest={by === 'pair' ? 'why.rest' : 'why.restConcepts'}
          />
        </div>
      </div>
    </section>
  );
}
