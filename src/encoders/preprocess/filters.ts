/** Resampling filters by Pillow's number, which `resample` of a preprocessor_config.json holds. */
export const RESAMPLE = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const;
export type Resample = (typeof RESAMPLE)[number];

interface Filter {
  /** Half-width in output pixels when enlarging, in input pixels times the scale when shrinking. */
  readonly support: number;
  readonly weight: (x: number) => number;
}

/** Pillow's kernels (src/libImaging/Resample.c), operation for operation, so that every weight rounds as there. */
export const FILTERS: Readonly<Record<Exclude<Resample, 'nearest'>, Filter>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: hamming },
  bicubic: { support: 2, weight: bicubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function hamming(signed: number): number {
  const x = Math.abs(signed);
  if (x === 0) return 1;
  if (x >= 1) return 0;
  const angle = x * Math.PI;
  return (Math.sin(angle) / angle) * (0.54 + 0.46 * Math.cos(angle));
}

function bicubic(signed: number): number {
  const a = -0.5;
  const x = Math.abs(signed);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}

/** Fixed-point bits of a weight: 32 − 8 bits of pixel − 2 bits of headroom for overshoot. */
export const PRECISION_BITS = 22;

/** Which input pixels make up each output pixel of a window, along one axis. */
export interface Taps {
  /** `(count)`: first input pixel of each output pixel; ascends. */
  readonly first: Int32Array;
  /** `(count)`: number of input pixels of each output pixel. */
  readonly length: Int32Array;
  /** `(count, stride)`: weights in 22-bit fixed point. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/**
 * Weights of output pixels `from … from + count` when `inSize` pixels become `outSize` (Pillow's precompute_coeffs and
 * normalize_coeffs_8bpc): support widened by the scale when shrinking, clamped at the edges, normalised to sum 1.
 */
export function resampleTaps(inSize: number, outSize: number, filter: Filter, from: number, count: number): Taps {
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const inverse = 1 / filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(count);
  const length = new Int32Array(count);
  const weights = new Int32Array(count * stride);
  const exact = new Float64Array(stride);
  for (let i = 0; i < count; i++) {
    const centre = (from + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const n = Math.min(inSize, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const w = filter.weight((j + start - centre + 0.5) * inverse);
      exact[j] = w;
      sum += w;
    }
    for (let j = 0; j < n; j++) weights[i * stride + j] = fixedPoint(sum === 0 ? 0 : (exact[j] ?? 0) / sum);
    first[i] = start;
    length[i] = n;
  }
  return { first, length, weights, stride };
}

/** Rounds half away from zero, as Pillow does. */
function fixedPoint(weight: number): number {
  return Math.trunc(weight * (1 << PRECISION_BITS) + (weight < 0 ? -0.5 : 0.5));
}
