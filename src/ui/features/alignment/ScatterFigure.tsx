import { useId, useMemo, useState } from 'react';
import type { FigureData } from '../../figures/figure-data.ts';
import { Figure } from '../../figures/Figure.tsx';
import { alignmentMessages } from '../../i18n/alignment.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { conceptsInside, markPaths, nearestPoint, type MarkPaths } from '../../plots/alignment/points.ts';
import type { Scatter } from '../../plots/alignment/scatters.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { useHref } from '../atlas/useHref.ts';
import { useWidth } from '../lab/useWidth.ts';
import { Axes } from './Axes.tsx';
import { Brush } from './Brush.tsx';

/** Height of a plot, and how near a mark is still meant, in pixels. */
const HEIGHT = 300;
const REACH = 12;

interface Props {
  readonly id: 'energy' | 'angle' | 'classifier' | 'cumulative';
  readonly modality: Float64Array;
  /** Geometry for a size in pixels. */
  readonly draw: (width: number, height: number) => { readonly scatter: Scatter; readonly below?: React.ReactNode; readonly above?: React.ReactNode };
  readonly xName: string;
  readonly yName: string;
  /** Its numbers, in words. */
  readonly valuesOf: (concept: number) => string;
  readonly columns: FigureData['columns'];
  /** Concepts that may have a place. */
  readonly of: number;
}

/** A plot with a mark a concept: brushed, pointed at, stepped through; what is chosen here is chosen everywhere. */
export function ScatterFigure({ id, modality, draw, xName, yName, valuesOf, columns, of }: Props) {
  const { t } = useMessages(alignmentMessages);
  const actions = useAtlasActions();
  const name = useConceptName();
  const href = useHref();
  const keys = useId();
  const { selection, hover } = useAtlas((s) => ({ selection: s.view.selection, hover: s.hover }));
  const { ref, width } = useWidth(560);
  const [cursor, setCursor] = useState<number | null>(null);
  const { scatter, below, above } = useMemo(() => draw(width, HEIGHT), [draw, width]);
  const { points } = scatter;
  const chosen = useMemo(() => new Set(selection), [selection]);
  const plain = useMemo(() => markPaths(points, modality, null), [points, modality]);
  const bright = useMemo(() => markPaths(points, modality, chosen), [points, modality, chosen]);
  const spot = hover === null ? -1 : points.concepts.indexOf(hover);
  const at = cursor === null ? null : (points.concepts[cursor] ?? null);
  const title = t(`${id}.title`);
  const caption = `${t(`${id}.formula`)} ${t('of', { n: count(points.concepts.length), m: count(of) })}`;
  const toggle = (concept: number): void => { actions.select([concept], chosen.has(concept) ? 'remove' : 'add'); };
  const onKey = (key: string): boolean => {
    const step = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      const start = cursor ?? (spot >= 0 ? spot - step : step > 0 ? -1 : points.concepts.length);
      const next = Math.min(Math.max(start + step, 0), points.concepts.length - 1);
      setCursor(next < 0 ? null : next);
      actions.hover(points.concepts[next] ?? null);
    } else if (key === ' ' && at !== null) toggle(at);
    else if (key === 'Enter' && at !== null) location.hash = href('concept', { open: at });
    else return false;
    return true;
  };
  return (
    <Figure id={id} title={title} formula={t(`${id}.formula`)} look={t(`${id}.look`)} paper={t(`${id}.paper`)} data={() => ({ caption, columns })}>
      <div ref={ref} className="alignment-plot">
        <p id={keys} hidden>{t('keys')}</p>
        <Brush
          label={t('plot', { title })} describedBy={keys} width={width} height={HEIGHT}
          option={at === null ? null : { text: t('point', { n: at, label: name(at), values: valuesOf(at) }), selected: chosen.has(at) }}
          onBrush={(box, how) => { actions.select(conceptsInside(points, box), how); }}
          onPoint={(x, y) => { const p = nearestPoint(points, x, y, REACH); actions.hover(p === null ? null : (points.concepts[p] ?? null)); setCursor(p); }}
          onLeave={() => { actions.hover(null); }}
          onClick={(x, y, shift) => {
            const p = nearestPoint(points, x, y, REACH);
            const concept = p === null ? undefined : points.concepts[p];
            if (concept === undefined) actions.setView({ focus: null });
            else if (shift) toggle(concept);
            else actions.setView({ focus: concept });
          }}
          onKey={onKey}
        >
          {below}
          <Axes plot={scatter.plot} x={scatter.x} y={scatter.y} xName={xName} yName={yName} />
          <Marks paths={plain} faint={selection.length > 0} />
          {selection.length > 0 && <Marks paths={bright} faint={false} />}
          {above}
          {spot >= 0 && <circle data-screen className="mark-spot" cx={points.x[spot]} cy={points.y[spot]} r={6} />}
        </Brush>
      </div>
    </Figure>
  );
}

function Marks({ paths, faint }: { readonly paths: MarkPaths; readonly faint: boolean }) {
  return (
    <g className={faint ? 'marks faint' : 'marks'}>
      <path className="marks-both" d={paths.both} />
      <path className="marks-texts" d={paths.texts} />
      <path className="marks-images" d={paths.images} />
    </g>
  );
}
