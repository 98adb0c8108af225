/** Data and slow references for the tests of this room. */
import { Random } from '../random.ts';
import { matrix, rowOf, type Matrix } from '../tensor.ts';

/** Rows `(n, d)` of independent normal numbers. */
export function gaussian(n: number, d: number, seed: number): Matrix {
  const random = new Random(seed);
  return matrix(n, d, Float32Array.from({ length: n * d }, () => random.normal()));
}

/** Rows `(n, d)` around `count` directions, row r around direction r mod `count`. */
export function clusters(n: number, d: number, count: number, spread: number, seed: number): Matrix {
  const centres = gaussian(count, d, seed);
  const noise = gaussian(n, d, seed + 1);
  return matrix(n, d, noise.data.map((value, at) => (centres.data[(Math.floor(at / d) % count) * d + (at % d)] ?? 0) + spread * value));
}

/** 1 − cos of rows i and j, 1 where one is zero. */
export function cosineDistance(x: Matrix, i: number, j: number): number {
  const [a, b] = [Float64Array.from(rowOf(x, i)), Float64Array.from(rowOf(x, j))];
  const dot = (u: Float64Array, v: Float64Array): number => u.reduce((sum, value, t) => sum + value * (v[t] ?? 0), 0);
  const scale = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
  return scale === 0 ? 1 : 1 - dot(a, b) / scale;
}

/** All others of i, nearest first, equally near ones by number. */
export function byDistance(n: number, i: number, distance: (i: number, j: number) => number): number[] {
  return Array.from({ length: n }, (_, j) => j)
    .filter((j) => j !== i)
    .map((j) => ({ j, far: distance(i, j) }))
    .sort((a, b) => a.far - b.far || a.j - b.j)
    .map(({ j }) => j);
}
