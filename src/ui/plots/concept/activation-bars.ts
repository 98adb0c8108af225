import { scaleSymlog } from 'd3-scale';
import type { ConceptFacts } from '../../../engine/atlas/protocol.ts';
import { plotArea, type PlotArea } from '../alignment/area.ts';
import { linearAxis, type Axis, type Tick } from '../axis.ts';

/** One bin of one modality, in pixels. */
export interface ActivationBar {
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
  /** All of its bin is at or above θ. */
  readonly fires: boolean;
}

/** Geometry of a concept's histogram: images above the common axis, texts hanging below it. */
export interface ActivationBars {
  readonly plot: PlotArea;
  readonly x: Axis;
  /** Pixel of the common axis. */
  readonly middle: number;
  /** Counts, of both sides; 0 is the common axis. */
  readonly ticks: readonly Tick[];
  readonly images: readonly ActivationBar[];
  readonly texts: readonly ActivationBar[];
  /** Pixel of θ, null without one. */
  readonly threshold: number | null;
}

const MARGIN = { left: 42, right: 16, top: 26, bottom: 38 };
/** Counts that may be marked: 1, 3, 10, 30, … */
const ROUND = Array.from({ length: 7 }, (_, n) => [10 ** n, 3 * 10 ** n]).flat();
/** Pixels between two ticks of the counts. */
const APART = 16;

/**
 * Histogram of a concept's pre-activations in `width` × `height` pixels, both modalities on one axis. Heights grow with log(1 + count):
 * the few items above θ would be lost beside the many below it. θ is always on the axis, also beyond the last bin.
 */
export function activationBars({ edges, images, texts }: ConceptFacts['histogram'], threshold: number | null, width: number, height: number): ActivationBars {
  const plot = plotArea(width, height, MARGIN);
  const x = linearAxis([0, edges.at(-1) ?? 1, ...(threshold === null ? [] : [threshold])], [plot.left, plot.right], { count: Math.max(3, Math.round((plot.right - plot.left) / 70)) });
  const middle = Math.round((plot.top + plot.bottom) / 2);
  const most = Math.max(1, ...images, ...texts);
  const reach = scaleSymlog().domain([0, most]).range([0, middle - plot.top]);
  const bars = (counts: readonly number[], up: boolean): ActivationBar[] =>
    counts.map((count, b) => {
      const [from, to] = [x.place(edges[b] ?? 0), x.place(edges[b + 1] ?? 0)];
      const long = reach(count);
      return { x: from, width: Math.max(0.5, to - from - 0.5), y: up ? middle - long : middle, height: long, fires: threshold !== null && (edges[b] ?? 0) >= threshold };
    });
  const round = ROUND.filter((value) => value <= most);
  const step = Math.max(1, Math.ceil((APART * round.length) / Math.max(1, middle - plot.top)));
  const marked = round.filter((_, n) => (round.length - 1 - n) % step === 0);
  const ticks = marked.flatMap((value) => [middle - reach(value), middle + reach(value)].map((at) => ({ at, text: String(value) })));
  return { plot, x, middle, ticks, images: bars(images, true), texts: bars(texts, false), threshold: threshold === null ? null : x.place(threshold) };
}
