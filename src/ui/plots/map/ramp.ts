import { logAxis, linearAxis } from '../axis.ts';
import { modalityColour } from '../modality.ts';
import { significant } from '../format.ts';
import { cividis } from './cividis.ts';
import { parseRgb, type Rgb } from './rgb.ts';

/** What a colour ramp says: a share of the ramp and a colour for a value, and marks for a legend. */
export interface Ramp {
  /** Place of a value on the ramp, 0 … 1; NaN where it has none. */
  readonly place: (value: number) => number;
  /** Colour at a place of the ramp. */
  readonly colour: (place: number) => Rgb;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly log: boolean;
}

/** Parts of cividis that stand out from a light and from a dark page by 3:1 at least. */
const CIVIDIS = { light: [0, 0.62], dark: [0.38, 1] } as const;

/** The diverging ramp of modality scores, 0 text … 1 image. */
export function modalityRamp(): Ramp {
  return {
    place: (value) => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : Number.NaN),
    colour: (place) => parseRgb(modalityColour(place)),
    ticks: [0, 0.5, 1].map((at) => ({ at, text: String(at) })),
    log: false,
  };
}

/**
 * A ramp of magnitudes over the finite values: the part of cividis, yellow for much, that stands out from a light or a dark page.
 * Logarithmic where the values above 0 span more than two powers of ten (then 0 has no place).
 */
export function magnitudeRamp(values: ArrayLike<number>, dark: boolean): Ramp {
  const finite = Array.from(values).filter(Number.isFinite);
  const positive = finite.filter((value) => value > 0);
  const [low, high] = extent(positive);
  const log = positive.length > 0 && high > 100 * low;
  const axis = log ? logAxis(positive, [0, 1], { count: 3 }) : linearAxis(finite, [0, 1], { count: 3 });
  const [from, to] = CIVIDIS[dark ? 'dark' : 'light'];
  const ticks = axis.ticks.filter(({ at }) => at >= -1e-9 && at <= 1 + 1e-9);
  return {
    place: axis.place,
    colour: (place) => cividis(from + (to - from) * place),
    ticks: ticks.length >= 2 ? ticks : [0, 1].map((at) => ({ at, text: significant(axis.invert(at)) })),
    log,
  };
}

function extent(values: readonly number[]): [number, number] {
  return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
}
