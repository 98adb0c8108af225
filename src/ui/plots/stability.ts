import { mean } from 'd3-array';
import { line } from 'd3-shape';
import type { Stability } from '../../engine/lab/protocol.ts';
import { linearAxis, logAxis, type Axis } from './axis.ts';

/** Geometry of the stability figure's two panels, which share the vertical axis. */
export interface StabilityPlot {
  readonly y: Axis;
  readonly plot: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** Per-concept stability against energy; `points` is one path of dots. */
  readonly scatter: { readonly x: Axis; readonly points: string };
  /** Concepts without energy, which a logarithmic axis has no place for, stand in a column of their own. */
  readonly dead: { readonly x: number; readonly points: string; readonly count: number };
  /** Between the mean and the 99 % quantile of what random dictionaries reach. */
  readonly band: { readonly top: number; readonly bottom: number };
  /** Mean over all runs, as value and pixel. */
  readonly mean: { readonly value: number; readonly y: number };
  /** Stability of the m concepts with most energy against m. */
  readonly curve: { readonly x: Axis; readonly path: string; readonly end: { readonly x: number; readonly y: number } | null };
}

const MARGIN = { left: 40, right: 12, top: 22, bottom: 36 };
/** Width of the column for concepts without energy. */
const DEAD = 26;

/** Places a measured stability in panels of `width` × `height` pixels. */
export function stabilityPlot(of: Stability, width: number, height: number): StabilityPlot {
  const plot = { left: MARGIN.left, right: Math.max(MARGIN.left + DEAD + 40, width - MARGIN.right), top: MARGIN.top, bottom: height - MARGIN.bottom };
  const values = of.perConcept.filter(Number.isFinite);
  const y = linearAxis([0, 1, ...values], [plot.bottom, plot.top], { count: 5 });
  const live = of.perConcept.map((stability, i) => ({ stability, energy: of.energy[i] ?? 0 }));
  const deadOnes = live.filter(({ energy }) => !(energy > 0));
  const x = logAxis(live.map(({ energy }) => energy), [plot.left + (deadOnes.length > 0 ? DEAD : 0), plot.right], { count: 5 });
  const deadX = plot.left + DEAD / 3;

  const top = logAxis(of.curve.map((point) => point.top), [plot.left, plot.right], { count: 5 });
  const curve = of.curve.filter((point) => point.top > 0 && Number.isFinite(point.stability));
  const draw = line<{ top: number; stability: number }>().x((p) => top.place(p.top)).y((p) => y.place(p.stability)).digits(1);
  const end = curve.at(-1);
  const overall = mean(of.mean) ?? Number.NaN;
  return {
    y,
    plot,
    scatter: { x, points: dots(live.map(({ energy, stability }) => [x.place(energy), y.place(stability)])) },
    dead: { x: deadX, points: dots(deadOnes.map(({ stability }) => [deadX, y.place(stability)])), count: deadOnes.length },
    band: { top: y.place(of.random.quantile99), bottom: y.place(of.random.mean) },
    mean: { value: overall, y: y.place(overall) },
    curve: { x: top, path: draw(curve) ?? '', end: end === undefined ? null : { x: top.place(end.top), y: y.place(end.stability) } },
  };
}

/** Dots as one path of zero-length strokes: thousands cost one element. */
function dots(places: readonly (readonly [number, number])[]): string {
  return places
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y]) => `M${x.toFixed(1)},${y.toFixed(1)}h0`)
    .join('');
}
