import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';

/** One bar of a signed bar chart, in the chart's units (0 … width). */
export interface SignedBar {
  readonly x: number;
  readonly width: number;
}

/** Places of signed values on a common axis that always contains zero. */
export function signedBars(values: readonly number[], width: number): { zero: number; bars: SignedBar[] } {
  const low = Math.min(0, min(values) ?? 0);
  const high = Math.max(0, max(values) ?? 0);
  const x = scaleLinear().domain(low === high ? [0, 1] : [low, high]).range([0, width]);
  const zero = x(0);
  return {
    zero,
    bars: values.map((value) => ({ x: Math.min(zero, x(value)), width: Math.abs(x(value) - zero) })),
  };
}
