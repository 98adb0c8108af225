/** Numbers as links write them: plain digits, bounded, and rounded so that reading and writing again changes nothing. */

/** Significant digits of a measured number in a link. */
const DIGITS = 4;
/** Longer than anything `String` makes of a number with so few digits. */
const MAX_LENGTH = 24;

/** Whole number from 0 to `end` − 1, in plain digits; null for anything else. */
export function parseWhole(value: string, end: number): number | null {
  if (!/^\d{1,9}$/.test(value)) return null;
  const number = Number(value);
  return number < end ? number : null;
}

/** Decimal number from `min` to `max`, as `String` writes it; null for anything else. */
export function parseDecimal(value: string, min: number, max: number): number | null {
  if (value.length > MAX_LENGTH || !/^-?\d+(?:\.\d+)?(?:e-\d+)?$/.test(value)) return null;
  const number = Number(value);
  return number >= min && number <= max ? number : null;
}

/** `value` to four significant digits; never −0, which a link cannot tell from 0. */
export function toSignificant(value: number): number {
  return Number(value.toPrecision(DIGITS)) + 0;
}

/** `value` to so many decimals; never −0. */
export function toDecimals(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0;
}
