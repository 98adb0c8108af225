import { binOf } from '../../../core/concepts/histogram.ts';
import { modalityHistogram, type ModalityHistogram } from '../../../core/concepts/alignment.ts';
import { linearAxis, type Axis } from '../axis.ts';
import { plotArea, type PlotArea } from './area.ts';

/** Bins of the histogram; edges at .1 and .9 keep the concepts of one modality together. */
const BINS = 20;
const GUTTER = 1;

/** One bin: pixels of its bar, and of the part of it that is chosen. */
export interface ModalityBar {
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
  readonly chosenY: number;
  readonly chosenHeight: number;
  /** Middle of the bin, for its colour. */
  readonly score: number;
}

/** One of the two panels: how many concepts, or what share of the energy. */
export interface ModalityPanel {
  readonly plot: PlotArea;
  readonly y: Axis;
  readonly bars: readonly ModalityBar[];
}

/** Geometry and numbers of the histogram of modality scores. */
export interface ModalityBars {
  readonly x: Axis;
  readonly counts: ModalityPanel;
  readonly energy: ModalityPanel;
  readonly edges: Float64Array;
  /** Concepts of each bin, rising. */
  readonly members: readonly (readonly number[])[];
  /** Share of the energy in each bin. */
  readonly shares: Float64Array;
  /** Concepts without a score: in no bin. */
  readonly dead: number;
}

/** Two panels above each other in `width` × `height` pixels: concepts, and energy, by modality score. */
export function modalityBars(concepts: readonly number[], modality: ArrayLike<number>, energy: ArrayLike<number>, chosen: ReadonlySet<number>, width: number, height: number): ModalityBars {
  const histogram = (of: readonly number[]): ModalityHistogram => modalityHistogram(of.map((i) => modality[i] ?? Number.NaN), of.map((i) => energy[i] ?? 0), BINS);
  const all = histogram(concepts);
  const some = histogram(concepts.filter((i) => chosen.has(i)));
  const total = all.energy.reduce((sum, value) => sum + value, 0) || 1;
  const shares = all.energy.map((value) => value / total);

  const middle = Math.round(height / 2);
  const upper = plotArea(width, middle, { bottom: 14 });
  const lower = plotArea(width, height - middle);
  const below = { ...lower, top: lower.top + middle, bottom: lower.bottom + middle };
  const x = linearAxis([0, 1], [upper.left, upper.right], { count: 5 });
  const panel = (plot: PlotArea, values: ArrayLike<number>, parts: ArrayLike<number>): ModalityPanel => {
    const y = linearAxis([0, ...Array.from(values)], [plot.bottom, plot.top], { count: 3 });
    const bars = Array.from(values, (value, b) => {
      const [from, to] = [x.place(all.edges[b] ?? 0), x.place(all.edges[b + 1] ?? 1)];
      const [top, chosenY] = [y.place(value), y.place(parts[b] ?? 0)];
      return { x: from + GUTTER / 2, width: Math.max(0.5, to - from - GUTTER), y: top, height: plot.bottom - top, chosenY, chosenHeight: plot.bottom - chosenY, score: (b + 0.5) / BINS };
    });
    return { plot, y, bars };
  };

  const members: number[][] = Array.from({ length: BINS }, () => []);
  for (const i of concepts) {
    const score = modality[i] ?? Number.NaN;
    if (score >= 0 && score <= 1) members[binOf(score, all.edges)]?.push(i);
  }
  return {
    x, edges: all.edges, members, shares, dead: all.dead,
    counts: panel(upper, all.counts, some.counts),
    energy: panel(below, shares, some.energy.map((value) => value / total)),
  };
}

/** Bins that a range of pixels touches, first and last; null beyond the axis. */
export function binsBetween({ x, edges }: ModalityBars, from: number, to: number): readonly [number, number] | null {
  const [low, high] = [Math.min(from, to), Math.max(from, to)].map(x.invert);
  if (low === undefined || high === undefined || high < 0 || low > 1) return null;
  return [binOf(Math.max(0, low), edges), binOf(Math.min(1, high), edges)];
}
