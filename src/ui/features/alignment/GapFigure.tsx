import { useEffect } from 'react';
import type { Atlas, GapWithoutConcepts } from '../../../engine/atlas/protocol.ts';
import type { ConceptColumns } from '../../../state/atlas/columns.ts';
import { Figure } from '../../figures/Figure.tsx';
import { alignmentMessages } from '../../i18n/alignment.ts';
import { useMessages } from '../../i18n/text.ts';
import { gapBars } from '../../plots/alignment/gap-bars.ts';
import { isImageOnly, isTextOnly, strongestOneSided } from '../../plots/alignment/sides.ts';
import { count } from '../../plots/amounts.ts';
import { significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { useWidth } from '../lab/useWidth.ts';

/** Milliseconds that a selection stands still before the gap is measured without it. */
const SETTLED = 400;
const STRONGEST = [10, 50];

interface Props {
  readonly atlas: Atlas;
  readonly concepts: readonly number[];
  readonly columns: ConceptColumns;
}

/** The gap with and without the selection, measured anew whenever it changes. */
export function GapFigure({ atlas, concepts, columns }: Props) {
  const { t } = useMessages(alignmentMessages);
  const actions = useAtlasActions();
  const { selection, made } = useAtlas((s) => ({ selection: s.view.selection, made: s.gapWithout }));
  const { ref, width } = useWidth(560);
  const measurable = atlas.gap !== null;
  useEffect(() => {
    if (!measurable || selection.length === 0 || made !== null) return undefined;
    const timer = setTimeout(() => void actions.measureGap(), SETTLED);
    return () => { clearTimeout(timer); };
  }, [measurable, selection, made, actions]);
  if (atlas.gap === null) return <section className="figure"><h3>{t('gap.title')}</h3><p className="note">{t('gap.missing')}</p></section>;

  const ready = made?.status === 'ready' ? made.value : null;
  const { left, height, barHeight, measures } = gapBars(ready?.before ?? { distance: atlas.gap, separability: atlas.separability }, ready?.after ?? null, width);
  const score = (i: number): number => columns.modality[i] ?? Number.NaN;
  const [images, texts] = [concepts.filter((i) => isImageOnly(score(i))), concepts.filter((i) => isTextOnly(score(i)))];
  const sets = [
    ...STRONGEST.map((n) => ({ name: t('gap.strongest', { n }), set: strongestOneSided(concepts, columns.modality, columns.energy, n) })),
    { name: t('gap.images', { n: count(images.length) }), set: images },
    { name: t('gap.texts', { n: count(texts.length) }), set: texts },
  ];
  const says = made?.status === 'making' ? t('gap.measuring', { n: count(selection.length) })
    : made?.status === 'failed' ? t('gap.failed', { reason: made.error.message })
    : ready !== null ? t('gap.measured', { n: count(selection.length), images: count(ready.images), texts: count(ready.texts), before: significant(ready.before.distance), after: significant(ready.after.distance) })
    : selection.length === 0 ? t('gap.none') : '';
  return (
    <Figure id="gap" title={t('gap.title')} formula={t('gap.formula')} look={t('gap.look')} paper={t('gap.paper')} data={ready === null ? null : () => ({ caption: `${t('gap.formula')} ${says}`, columns: columnsOf(ready) })}>
      <p className="gap-sets">
        <span>{t('gap.choose')} <Info about={t('gap.choose')}>{t('gap.sides')}</Info></span>
        {sets.map(({ name, set }) => <button key={name} type="button" disabled={set.length === 0} onClick={() => { actions.select(set, 'replace'); }}>{name}</button>)}
      </p>
      <div ref={ref} className="alignment-plot">
        <svg data-figure width={width} height={height} viewBox={`0 0 ${String(width)} ${String(height)}`} role="img" aria-label={`${t('gap.title')}. ${says}`}>
          {measures.map(({ measure, top, bottom, x, bars }) => (
            <g key={measure}>
              <text className="axis-name" x={0} y={top - 8}>{t(`gap.${measure}`)}</text>
              {x.ticks.map(({ at, text }) => (
                <g key={text}><line className="hairline" x1={at} x2={at} y1={top - 2} y2={bottom + 2} /><text className="tick tick-x" x={at} y={bottom + 14}>{text}</text></g>
              ))}
              {bars.map(({ when, value, y, width: wide }) => (
                <g key={when} className={`gap-${when}`}>
                  <text className="tick tick-y" x={left - 6} y={y + 12}>{t(`gap.${when}`)}</text>
                  <rect x={left} y={y} width={wide} height={barHeight} />
                  {Number.isFinite(value) && <text className="bar-value" x={left + wide + 5} y={y + 12}>{significant(value)}</text>}
                </g>
              ))}
              <line className="axis" x1={left} x2={left} y1={top - 2} y2={bottom + 2} />
            </g>
          ))}
        </svg>
      </div>
      <p className="note" role="status">{says}</p>
    </Figure>
  );
}

function columnsOf({ before, after }: GapWithoutConcepts) {
  return [
    { name: 'when', values: ['before', 'after'] },
    { name: 'distance', values: [before.distance, after.distance] },
    { name: 'separability', values: [before.separability, after.separability] },
  ];
}
