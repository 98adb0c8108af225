import { group, mean } from 'd3-array';
import { line } from 'd3-shape';
import type { Method } from '../../core/training/recipe.ts';
import type { FrontierPoint, Run, RunMeasures } from '../../engine/lab/protocol.ts';
import { linearAxis, logAxis, type Axis } from './axis.ts';
import { spreadLabels } from './labels.ts';

/** Which rows a point is about, and which R². */
export interface FrontierChoice {
  readonly side: 'both' | 'images' | 'texts';
  readonly definition: 'r2' | 'r2PerFeature';
}

/** A finished run with its place on the frontier. */
export interface FrontierMark {
  readonly run: Run;
  readonly measured: FrontierPoint;
  readonly x: number;
  readonly y: number;
  /** Further down than the axis goes; drawn at its lower end. */
  readonly below: boolean;
}

/** Runs of one method and size, from few codes to many. */
export interface FrontierLine {
  readonly key: string;
  readonly method: Method;
  readonly concepts: number;
  readonly path: string;
  readonly end: { readonly x: number; readonly y: number };
  readonly labelY: number;
}

export interface Frontier {
  readonly x: Axis;
  readonly y: Axis;
  readonly plot: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly marks: readonly FrontierMark[];
  readonly lines: readonly FrontierLine[];
}

/** The axis goes no lower than this: a method that explains less than nothing must not flatten the others. */
const LOWEST = -0.1;
const MARGIN = { left: 46, right: 108, top: 22, bottom: 36 };

/** The measured point of a run, or null where it has none (unfinished, or no rows of that side). */
export function measuredOn(measures: RunMeasures | null, side: FrontierChoice['side']): FrontierPoint | null {
  return measures === null ? null : measures[side];
}

/**
 * R² against L0 of finished runs in `width` × `height` pixels. Lines join the mean of the runs that differ only in their seed,
 * for every method and number of concepts. Runs without a finite, positive L0 or without R² are left out.
 */
export function frontier(runs: readonly Run[], { side, definition }: FrontierChoice, width: number, height: number): Frontier {
  const plot = { left: MARGIN.left, right: Math.max(MARGIN.left + 40, width - MARGIN.right), top: MARGIN.top, bottom: height - MARGIN.bottom };
  const measured = runs.flatMap((run) => {
    const point = measuredOn(run.measures, side);
    return point !== null && point.l0 > 0 && Number.isFinite(point.l0) && Number.isFinite(point[definition]) ? [{ run, point }] : [];
  });
  const x = logAxis(measured.map(({ point }) => point.l0), [plot.left, plot.right], { count: 6, base: 2 });
  const values = measured.map(({ point }) => Math.max(LOWEST, point[definition]));
  const y = linearAxis(values, [plot.bottom, plot.top], { count: 5 });
  const marks = measured.map(({ run, point }) => ({
    run, measured: point, x: x.place(point.l0), y: y.place(Math.max(LOWEST, point[definition])), below: point[definition] < LOWEST,
  }));

  const draw = line<{ x: number; y: number }>().x((p) => p.x).y((p) => p.y).digits(1);
  const lines = [...group(marks, ({ run }) => `${run.recipe.method} ${String(run.recipe.concepts)}`)].flatMap(([key, members]) => {
    const means = [...group(members, ({ run }) => run.recipe.k).values()]
      .map((same) => ({ x: mean(same, (m) => m.x) ?? 0, y: mean(same, (m) => m.y) ?? 0 }))
      .sort((a, b) => a.x - b.x);
    const [first, end] = [members[0], means.at(-1)];
    if (first === undefined || end === undefined) return [];
    return [{ key, method: first.run.recipe.method, concepts: first.run.recipe.concepts, path: means.length > 1 ? (draw(means) ?? '') : '', end }];
  });
  const labels = spreadLabels(lines.map(({ end }) => end.y), 13, plot.top, plot.bottom);
  return { x, y, plot, marks, lines: lines.map((l, i) => ({ ...l, labelY: labels[i] ?? 0 })) };
}
