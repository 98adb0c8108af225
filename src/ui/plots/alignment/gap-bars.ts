import type { GapWithoutConcepts } from '../../../engine/atlas/protocol.ts';
import { linearAxis, type Axis } from '../axis.ts';

/** One bar: before or after the concepts are taken out. */
export interface GapBar {
  readonly when: 'before' | 'after';
  readonly value: number;
  readonly y: number;
  readonly width: number;
}

/** One measure with its two bars on an axis of its own. */
export interface GapMeasure {
  readonly measure: 'distance' | 'separability';
  readonly top: number;
  readonly bottom: number;
  readonly x: Axis;
  readonly bars: readonly GapBar[];
}

/** Geometry of the gap before and after. */
export interface GapBars {
  readonly left: number;
  readonly height: number;
  readonly barHeight: number;
  readonly measures: readonly GapMeasure[];
}

const LEFT = 74;
const RIGHT = 56;
const BAR = 16;
const STEP = 22;
const HEAD = 24;
const MEASURE = HEAD + 2 * STEP + 34;

/** ‖μ_img − μ_txt‖ and linear separability, before and (where known) after; a value that is undefined has a bar of no width. */
export function gapBars(before: GapWithoutConcepts['before'], after: GapWithoutConcepts['after'] | null, width: number): GapBars {
  const right = Math.max(LEFT + 40, width - RIGHT);
  const measures = (['distance', 'separability'] as const).map((measure, n): GapMeasure => {
    const values = [before[measure], after?.[measure] ?? null].map((value) => value ?? Number.NaN);
    const top = n * MEASURE + HEAD;
    const x = linearAxis(measure === 'separability' ? [0, 1] : [0, ...values], [LEFT, right], { count: 4 });
    const bars = (['before', 'after'] as const).map((when, b) => {
      const value = values[b] ?? Number.NaN;
      return { when, value, y: top + b * STEP, width: Number.isFinite(value) ? Math.max(0, x.place(value) - LEFT) : 0 };
    });
    return { measure, top, bottom: top + 2 * STEP, x, bars };
  });
  return { left: LEFT, height: 2 * MEASURE - 8, barHeight: BAR, measures };
}
