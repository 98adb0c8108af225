import { scaleLinear, scaleLog } from 'd3-scale';

/** A mark on an axis, in pixels, with its text. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** An axis over the finite values of a plot. */
export interface Axis {
  readonly domain: readonly [number, number];
  /** Pixel of a value; NaN where the axis has no place for it (NaN, infinite, or not above 0 on a logarithmic axis). */
  readonly place: (value: number) => number;
  /** Value at a pixel. */
  readonly invert: (pixel: number) => number;
  readonly ticks: readonly Tick[];
}

interface Options {
  /** About how many ticks. */
  readonly count: number;
  /** Step of a logarithmic axis' ticks; ten unless told. */
  readonly base?: 2 | 10;
}

/** Below this, steps between ticks would no longer be numbers: as good as zero. */
const TINY = 1e-300;

/** Parts of a power that make round numbers. */
const ROUND = [1, 2, 5];

/** Powers of ten that are written out. */
const PLAIN_POWER = { low: -3, high: 4 };

/** Linear axis over `values` (NaN and infinities left out), rounded outwards to ticks; [0, 1] without values. */
export function linearAxis(values: Iterable<number>, range: readonly [number, number], { count }: Options): Axis {
  const finite = [...values].filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), finite[0] ?? 0);
  const high = finite.reduce((a, b) => Math.max(a, b), finite[0] ?? 1);
  // One value has no extent of its own: it stands in the middle of one as large as itself.
  const size = Math.max(Math.abs(low), Math.abs(high));
  const pad = high - low > 1e-12 * size && size > TINY ? 0 : size > TINY ? size / 2 : 0.5;
  const scale = scaleLinear().domain([low - pad, high + pad]).nice(count).range(range);
  const [from = 0, to = 1] = scale.domain();
  const write = scale.tickFormat(count, Math.max(Math.abs(from), Math.abs(to)) >= 10_000 ? '~s' : undefined);
  return {
    domain: [from, to],
    place: (value) => (Number.isFinite(value) ? scale(value) : Number.NaN),
    invert: (pixel) => scale.invert(pixel),
    ticks: scale.ticks(count).map((value) => ({ at: scale(value), text: write(value) })),
  };
}

/** Logarithmic axis over the positive finite `values`, with a little room at both ends; [0.1, 1] without such values. */
export function logAxis(values: Iterable<number>, range: readonly [number, number], { count, base = 10 }: Options): Axis {
  const usable = [...values].filter(loggable);
  const low = usable.reduce((a, b) => Math.min(a, b), usable[0] ?? 0.1);
  const high = usable.reduce((a, b) => Math.max(a, b), usable[0] ?? 1);
  const pad = low === high ? 2 : (high / low) ** 0.04;
  const scale = scaleLog().base(base).domain([low / pad, high * pad]).range(range);
  const [from = 0.1, to = 1] = scale.domain();
  return {
    domain: [from, to],
    place: (value) => (loggable(value) ? scale(value) : Number.NaN),
    invert: (pixel) => scale.invert(pixel),
    ticks: logTicks(from, to, count, base).map((value) => ({ at: scale(value), text: powerText(value) })),
  };
}

/** Room at the ends of the axis must not run into zero or infinity. */
function loggable(value: number): boolean {
  return value > TINY && value < 1 / TINY;
}

/** Powers of the base, thinned to about `count`; within less than two powers, round numbers between them. */
function logTicks(from: number, to: number, count: number, base: 2 | 10): number[] {
  const logarithm = (value: number): number => Math.log(value) / Math.log(base);
  const first = Math.ceil(logarithm(from) - 1e-9);
  const last = Math.floor(logarithm(to) + 1e-9);
  const powers = last - first + 1;
  if (powers < 2) {
    const round = Array.from({ length: last - first + 3 }, (_, i) => base ** (first - 1 + i)).flatMap((power) => ROUND.map((part) => part * power));
    const inside = round.filter((value) => value >= from && value <= to);
    return base === 10 && inside.length >= 2 ? inside : scaleLinear().domain([from, to]).ticks(count).filter((value) => value > 0);
  }
  const step = Math.ceil(powers / Math.max(1, count));
  const ticks = [];
  for (let exponent = last; exponent >= first; exponent -= step) ticks.unshift(base ** exponent);
  return ticks;
}

function powerText(value: number): string {
  const exponent = Math.log10(value);
  const whole = Math.round(exponent);
  if (Math.abs(exponent - whole) > 1e-9) return String(Number(value.toPrecision(3)));
  if (whole >= PLAIN_POWER.low && whole <= PLAIN_POWER.high) return String(Number(value.toPrecision(1)));
  return `10${String(whole).replace(/[-\d]/gu, (c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(c))))}`;
}
