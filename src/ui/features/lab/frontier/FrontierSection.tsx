import { useState } from 'react';
import type { Side } from '../../../../state/lab/model.ts';
import { csvText } from '../../../plots/csv.ts';
import { measuredOn, type FrontierChoice } from '../../../plots/frontier.ts';
import { Figure } from '../Figure.tsx';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { useWidth } from '../useWidth.ts';
import { FrontierPlot } from './FrontierPlot.tsx';
import { Sweep } from './Sweep.tsx';

const SIDES = ['both', 'images', 'texts'] as const satisfies readonly Side[];
const DEFINITIONS = ['r2PerFeature', 'r2'] as const;

/** R² against L0 of the finished runs on the open data: which method explains most with how many codes. */
export function FrontierSection() {
  const { t } = useLabText();
  const actions = useLabActions();
  const { runs, data, side } = useLab((s) => ({ runs: s.runs, data: s.data, side: s.side }));
  const [definition, setDefinition] = useState<FrontierChoice['definition']>('r2PerFeature');
  const { ref, width } = useWidth(1040);
  const done = (runs ?? []).filter((run) => run.measures !== null);
  // Numbers of different data do not compare.
  const here = done.filter((run) => data === null || run.data.id === data.id);
  const shown = here.filter((run) => measuredOn(run.measures, side) !== null);
  const csv = (): string => csvText(
    ['run', 'name', 'method', 'concepts', 'k', 'seed', 'rows', 'l0', 'r2', 'r2_per_feature', 'dead'],
    shown.map((run) => {
      const point = measuredOn(run.measures, side);
      const { method, concepts, k, seed } = run.recipe;
      return [run.id, run.name, method, concepts, k, seed, side, point?.l0 ?? null, point?.r2 ?? null, point?.r2PerFeature ?? null, run.measures?.dead ?? null];
    }),
  );
  const caption = `${t('frontier.look')} ${t(`frontier.definition.${definition}`)}, ${t(`frontier.side.${side}`)}. ${data?.title ?? ''}`;
  const controls = (
    <>
      <label className="note">
        {t('frontier.rows')}{' '}
        <select value={side} onChange={(event) => { actions.setSide(SIDES.find((s) => s === event.target.value) ?? 'both'); }}>
          {SIDES.map((s) => <option key={s} value={s}>{t(`frontier.side.${s}`)}</option>)}
        </select>
      </label>
      <label className="note">
        <span className="visually-hidden">{t('frontier.definition')}</span>
        <select value={definition} onChange={(event) => { setDefinition(DEFINITIONS.find((d) => d === event.target.value) ?? 'r2PerFeature'); }}>
          {DEFINITIONS.map((d) => <option key={d} value={d}>{t(`frontier.definition.${d}`)}</option>)}
        </select>
      </label>
      <Sweep />
    </>
  );
  return (
    <Figure
      id="frontier"
      title={t('frontier.title')}
      formula={t('frontier.help')}
      look={t('frontier.look')}
      controls={controls}
      save={shown.length === 0 ? null : { what: t('frontier.title'), caption, csv }}
    >
      <div ref={ref} className="frontier-plot">
        {shown.length === 0 ? (
          <div className="empty">
            <p>{done.length === 0 ? t('frontier.empty') : here.length === 0 ? t('frontier.otherData') : t('frontier.noSide')}</p>
            {done.length === 0 && (
              <button
                type="button"
                disabled={data === null}
                onClick={() => void actions.sweep({ methods: ['batchtopk', 'topk', 'pca', 'kmeans'], ks: [4, 8, 16, 32], seeds: [0], imageShares: [] })}
              >
                {t('frontier.example')}
              </button>
            )}
          </div>
        ) : <FrontierPlot runs={shown} choice={{ side, definition }} width={width} />}
      </div>
      <p className="note">{done.length > shown.length ? t('frontier.showing', { n: shown.length, m: done.length }) : '\u00a0'}</p>
    </Figure>
  );
}
