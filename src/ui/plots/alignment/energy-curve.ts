import { line } from 'd3-shape';
import { cumulativeEnergy } from '../../../core/concepts/alignment.ts';
import { linearAxis } from '../axis.ts';
import { plotArea } from './area.ts';
import { placeConcepts } from './points.ts';
import type { Scatter } from './scatters.ts';

/** Which energy a curve sums: mean of both, of images, of texts. */
export type EnergyOf = 'both' | 'images' | 'texts';

/** Geometry of the cumulative energy; the points are the concepts on the curve of `both`. */
export interface EnergyCurves extends Scatter {
  readonly lines: readonly { readonly of: EnergyOf; readonly path: string }[];
  /** Share of the concepts that carry half of the mean energy; NaN where nothing is alive. */
  readonly half: number;
}

/** A line needs no more vertices than its drawing has pixels. */
const MOST_VERTICES = 600;

/** Share of `concepts`, strongest first, against the share of their energy that they carry: each curve in its own order. */
export function energyCurves(concepts: readonly number[], energies: Readonly<Record<EnergyOf, ArrayLike<number>>>, width: number, height: number): EnergyCurves {
  const plot = plotArea(width, height);
  const x = linearAxis([0, 1], [plot.left, plot.right], { count: 5 });
  const y = linearAxis([0, 1], [plot.bottom, plot.top], { count: 5 });
  const of = (name: EnergyOf): Float64Array => Float64Array.from(concepts, (i) => energies[name][i] ?? 0);
  const lines = (['images', 'texts', 'both'] as const).map((name) => {
    const curve = cumulativeEnergy(of(name));
    const stride = Math.max(1, Math.ceil(curve.concepts.length / MOST_VERTICES));
    const vertices = [...curve.concepts.keys()].filter((n) => n % stride === 0 || n === curve.concepts.length - 1);
    const draw = line<number>().x((n) => x.place(curve.concepts[n] ?? 0)).y((n) => y.place(curve.energy[n] ?? 0)).digits(1);
    return { of: name, path: draw(vertices) ?? '' };
  });
  const { concepts: share, energy } = cumulativeEnergy(of('both'));
  const falling = [...concepts].sort((a, b) => (energies.both[b] ?? 0) - (energies.both[a] ?? 0) || a - b);
  const rank = new Map(falling.map((concept, n) => [concept, n + 1] as const));
  const points = placeConcepts(
    falling.filter((i) => (energies.both[i] ?? 0) > 0),
    (i) => x.place(share[rank.get(i) ?? 0] ?? Number.NaN),
    (i) => y.place(energy[rank.get(i) ?? 0] ?? Number.NaN),
  );
  const first = energy.findIndex((value) => value >= 0.5);
  return { plot, x, y, points, lines, half: first < 0 ? Number.NaN : (share[first] ?? Number.NaN) };
}
