/** Largest biased exponent among float32 values, at least that of the smallest normal number. */
export function largestExponent(values: Float32Array): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let largest = 1;
  for (const word of bits) largest = Math.max(largest, (word >>> 23) & 0xff);
  return largest;
}

/** The 64-bit two's complement number of two words, as the nearest float64. */
export function wideNumber(low: number, high: number): number {
  return (high | 0) * 2 ** 32 + (low >>> 0);
}

/** Unit of the sums of codes whose largest biased exponent is given, see concepts.wgsl. */
export function codeUnit(largest: number): number {
  return 2 ** (largest - 166);
}

/** Unit of the sums of products, see coactivation.wgsl: `largest` is the sum of both sides' largest exponents. */
export function productUnit(largest: number): number {
  return 2 ** (largest - 298);
}
