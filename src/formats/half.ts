/** Half-precision conversions; Node 20 and older browsers have no Float16Array. */

const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

/** IEEE binary16 bits to number, exact (subnormals, infinities and NaN included). */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Number to binary16 bits, rounding to nearest, ties to even; beyond 65504 becomes infinity as in IEEE 754. */
export function toHalf(value: number): number {
  word[0] = value;
  const all = bits[0] ?? 0;
  const sign = (all >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  // The exponent of the nearest float32; where that rounded up to a power of two, the same bits come out below.
  const exponent = Math.max(-14, (((bits[0] ?? 0) >>> 23) & 255) - 127);
  // In units of the last place; a carry out of the fraction lands in the exponent, which is what rounding up means.
  return sign | ((exponent + 14) * 1024 + roundTiesToEven(magnitude / 2 ** (exponent - 10)));
}

/** bfloat16 bits (the top half of a float32) to number, exact. */
export function fromBfloat(half: number): number {
  bits[0] = half << 16;
  return word[0] ?? 0;
}

function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
