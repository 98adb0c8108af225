import type { JumpKernel } from './recipe.ts';

/** Beyond this many half-widths the exponential kernels are below 1e-7 of their peak, and count as 0. */
const GAUSSIAN_REACH = 6;
const SILVERMAN_REACH = 24;

/** A smoothing kernel of JumpReLU's pseudo-gradient at one bandwidth. */
export interface Kernel {
  readonly value: (x: number) => number;
  /** Where |x| is larger, the value is 0 or next to it. */
  readonly reach: number;
}

/**
 * The kernels of overcomplete's `sae/kernels.py`. Their half-width (or deviation) h is half a bandwidth, but `cosine`, which is not
 * normalised, spreads over the whole; `gaussian` integrates to a half.
 */
export function jumpKernel(kind: JumpKernel, bandwidth: number): Kernel {
  const h = bandwidth / 2;
  switch (kind) {
    case 'rectangle':
      return { value: (x) => (Math.abs(x) < h ? 1 / bandwidth : 0), reach: h };
    case 'gaussian':
      return { value: (x) => Math.exp(-0.5 * (x / h) ** 2) / (bandwidth * Math.sqrt(2 * Math.PI)), reach: GAUSSIAN_REACH * h };
    case 'triangular':
      return { value: (x) => Math.max(0, 1 - Math.abs(x) / h) / h, reach: h };
    case 'cosine':
      return { value: (x) => (Math.abs(x) < bandwidth ? 0.5 * (1 + Math.cos((Math.PI * x) / bandwidth)) : 0), reach: bandwidth };
    case 'epanechnikov':
      return { value: (x) => (0.75 * Math.max(0, 1 - (x / h) ** 2)) / h, reach: h };
    case 'quartic':
      return { value: (x) => ((15 / 16) * Math.max(0, 1 - (x / h) ** 2) ** 2) / h, reach: h };
    case 'silverman':
      return {
        value: (x) => {
          const u = Math.abs(x) / (h * Math.SQRT2);
          return (Math.exp(-u) * Math.sin(u + Math.PI / 4)) / h;
        },
        reach: SILVERMAN_REACH * h,
      };
    case 'cauchy':
      return { value: (x) => 1 / (Math.PI * h * (1 + (x / h) ** 2)), reach: Infinity };
  }
}
