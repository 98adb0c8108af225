import { bisector } from 'd3-array';
import { line } from 'd3-shape';
import type { CurvePoint, Run, TrainUpdate } from '../../engine/lab/protocol.ts';
import { linearAxis, logAxis, type Axis } from './axis.ts';
import { spreadLabels } from './labels.ts';

/** What is drawn, one panel each. */
export const MEASURES = ['loss', 'r2', 'r2PerFeature', 'l0', 'dead', 'theta', 'samplesPerSecond'] as const;
export type Measure = (typeof MEASURES)[number];

/** More points than a panel has pixels tell nothing. */
const MOST_POINTS = 400;

/** A point of a run's curves at its place in the run, in passes over the data: runs of any batch size share that axis. */
export interface EpochPoint extends CurvePoint {
  readonly epoch: number;
}

/** One run of the overlay. */
export interface CurveSeries {
  readonly run: string;
  /** Place in the overlay: decides letter, colour and dash. */
  readonly slot: number;
  readonly name: string;
  readonly epochs: number;
  /** The L0 that the recipe asks for. */
  readonly k: number;
  readonly points: readonly EpochPoint[];
}

/** The curves of the runs in `slots`; `update` is the news of the run being trained, newer than its record. */
export function curveSeries(slots: readonly (string | null)[], runs: readonly Run[], update: TrainUpdate | null): CurveSeries[] {
  return slots.flatMap((id, slot) => {
    const run = runs.find((r) => r.id === id);
    if (run === undefined) return [];
    const news = update?.id === run.id && update.point.step > (run.curve.at(-1)?.step ?? -1) ? [update.point] : [];
    const { epochs, k } = run.recipe;
    const perStep = run.steps > 0 ? epochs / run.steps : 0;
    const points = thinned([...run.curve, ...news]).map((point) => ({ ...point, epoch: point.step * perStep }));
    return [{ run: run.id, slot, name: run.name, epochs, k, points }];
  });
}

/** Every n-th point and the last, so that no line has more than a panel can show. */
function thinned(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return stride <= 1 ? points : points.filter((_, i) => i % stride === 0 || i === points.length - 1);
}

/** The point of a run nearest to an epoch. */
export function pointAt(series: CurveSeries, epoch: number): EpochPoint | null {
  const at = bisector((point: EpochPoint) => point.epoch).center(series.points, epoch);
  return series.points[at] ?? null;
}

/** Value of a measure; NaN where a run has none (no threshold). */
export function valueOf(point: CurvePoint, measure: Measure): number {
  return point[measure] ?? Number.NaN;
}

/** Pixels around a panel's plot. */
const MARGIN = { left: 44, right: 18, top: 26, bottom: 20 };

/** Geometry of one panel. */
export interface CurvePanel {
  readonly x: Axis;
  readonly y: Axis;
  readonly plot: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly lines: readonly { readonly slot: number; readonly path: string; readonly labelY: number; readonly endX: number }[];
  /** The L0 that was asked for, once each. */
  readonly targets: readonly { readonly k: number; readonly y: number }[];
}

/** Places everything of a panel of `width` × `height` pixels. Points that have no place on the axis leave a gap. */
export function curvePanel(measure: Measure, series: readonly CurveSeries[], width: number, height: number): CurvePanel {
  const plot = { left: MARGIN.left, right: Math.max(MARGIN.left + 10, width - MARGIN.right), top: MARGIN.top, bottom: height - MARGIN.bottom };
  const x = linearAxis([0, series.reduce((most, s) => Math.max(most, s.epochs), 1)], [plot.left, plot.right], { count: 4 });
  const targets = measure === 'l0' ? [...new Set(series.map((s) => s.k))] : [];
  const y = valueAxis(measure, series, targets, [plot.bottom, plot.top]);
  const draw = line<EpochPoint>()
    .defined((point) => Number.isFinite(y.place(valueOf(point, measure))))
    .x((point) => x.place(point.epoch))
    .y((point) => y.place(valueOf(point, measure)))
    .digits(1);
  const ends = series.map((s) => s.points.findLast((point) => Number.isFinite(y.place(valueOf(point, measure)))));
  const labels = spreadLabels(ends.map((end) => (end === undefined ? Number.NaN : y.place(valueOf(end, measure)))), 11, plot.top, plot.bottom);
  return {
    x,
    y,
    plot,
    lines: series.map((s, i) => ({
      slot: s.slot,
      path: draw(s.points) ?? '',
      labelY: labels[i] ?? Number.NaN,
      endX: x.place(ends[i]?.epoch ?? Number.NaN),
    })),
    targets: targets.map((k) => ({ k, y: y.place(k) })),
  };
}

/** Both definitions of R² share one axis, so that their panels compare. */
function valueAxis(measure: Measure, series: readonly CurveSeries[], targets: readonly number[], range: readonly [number, number]): Axis {
  const all = (m: Measure): number[] => series.flatMap((s) => s.points.map((point) => valueOf(point, m)));
  switch (measure) {
    case 'loss':
      return logAxis(all('loss'), range, { count: 3 });
    case 'r2':
    case 'r2PerFeature':
      // The first steps may be far below zero; what is worth reading lies between 0 and 1.
      return linearAxis([0, 1, ...[...all('r2'), ...all('r2PerFeature')].filter((v) => v > -1)], range, { count: 3 });
    case 'l0':
      // Half and double the target at least, so that noise about it does not look like movement.
      return logAxis([...all('l0'), ...targets.flatMap((k) => [k / 2, 2 * k])], range, { count: 3, base: 2 });
    case 'dead':
      return linearAxis([0, 0.1, ...all('dead')], range, { count: 3 });
    case 'theta':
    case 'samplesPerSecond':
      return linearAxis([0, ...all(measure)], range, { count: 3 });
  }
}
