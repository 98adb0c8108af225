import type { ColouredGroup } from './groups.ts';
import type { Ramp } from './ramp.ts';
import { parseRgb, type Rgb } from './rgb.ts';

/** Of points whose value is undefined, or that are in no group. */
export const MISSING_COLOUR: Rgb = parseRgb('#8C949B');

/** Colours of points `(n, 3)` by their values on a ramp; grey where there is no value. */
export function rampColours(values: ArrayLike<number>, ramp: Ramp): Uint8Array {
  const colours = new Uint8Array(3 * values.length);
  for (let i = 0; i < values.length; i++) {
    const place = ramp.place(values[i] ?? Number.NaN);
    colours.set(Number.isNaN(place) ? MISSING_COLOUR : ramp.colour(place), 3 * i);
  }
  return colours;
}

/** Colours of n points `(n, 3)` by their groups; grey for those in none. */
export function groupColours(n: number, groups: readonly ColouredGroup[]): Uint8Array {
  const colours = new Uint8Array(3 * n);
  for (let i = 0; i < n; i++) colours.set(MISSING_COLOUR, 3 * i);
  for (const { members, colour } of groups) for (const i of members) if (i < n) colours.set(colour, 3 * i);
  return colours;
}

/** How much of a point is seen. */
const PLAIN = 217;
const FAINT = 38;

/**
 * Adds opacity to colours `(n, 3)`: 0 where `shown` is 0, faint where `lit` is 0 (then what is lit is opaque); `(n, 4)`. `lit` null
 * lights nothing up.
 */
export function withOpacity(colours: Uint8Array, shown: ArrayLike<number>, lit: ArrayLike<number> | null): Uint8Array {
  const n = colours.length / 3;
  const out = new Uint8Array(4 * n);
  for (let i = 0; i < n; i++) {
    out.set(colours.subarray(3 * i, 3 * i + 3), 4 * i);
    out[4 * i + 3] = shown[i] === 0 ? 0 : lit === null ? PLAIN : lit[i] === 0 ? FAINT : 255;
  }
  return out;
}
