import { solveSymmetric, solveWork } from './cholesky.ts';
import { addGram, addProduct, rowsPerPiece, transpose } from './products.ts';
import type { Matrix } from '../tensor.ts';
import type { Meter } from './meter.ts';

/** Rows that enter ZᵀZ together. */
const BLOCK = 128;
/** ε of the multiplicative update, as a share of the mean squared norm of the rows. */
const EPSILON = 1e-9;

/** Multiply-adds of one update of codes and atoms, for a progress bar. */
export function updateWork(n: number, d: number, c: number): number {
  return 1.5 * n * c * c + 4 * n * c * d + solveWork(c, d);
}

/** A factorisation `A ≈ Z·D` with Z ≥ 0, as it is being fitted (Semi-NMF). */
export class Factors {
  readonly #A: Matrix;
  readonly #c: number;
  readonly #Z: Float32Array;
  readonly #square: Float64Array;
  readonly #epsilon: number;
  /** `(c, d)`; rows of unit norm, or 0 where a concept has no codes. */
  readonly D: Float64Array;

  /** A `(n, d)` not all 0, Z `(n, c)` positive, which is then changed. */
  constructor(A: Matrix, c: number, Z: Float32Array) {
    this.#A = A;
    this.#c = c;
    this.#Z = Z;
    this.#square = new Float64Array(c * c);
    this.D = new Float64Array(c * A.cols);
    this.#epsilon = (EPSILON * A.data.reduce((sum, value) => sum + value * value, 0)) / A.rows;
  }

  /**
   * `Z ← Z∘√(((ADᵀ)⁺ + Z(DDᵀ)⁻ + ε)/((ADᵀ)⁻ + Z(DDᵀ)⁺ + ε))` (Ding, Li and Jordan 2010, eq. 10; method.md). `Z(DDᵀ)⁺` is taken as
   * `(ZD)Dᵀ + Z(DDᵀ)⁻`, which saves a third of the work. Returns `‖A − ZD‖²` of before.
   */
  async updateCodes(meter: Meter): Promise<number> {
    const d = this.#A.cols;
    const c = this.#c;
    await this.#negativeGram(meter);
    const Dt = new Float64Array(d * c);
    transpose(this.D, c, d, Dt);
    const piece = rowsPerPiece(c, c);
    const a = new Float64Array(piece * d);
    const z = new Float64Array(piece * c);
    const reconstruction = new Float64Array(piece * d);
    const [ad, zdd, negative] = [new Float64Array(piece * c), new Float64Array(piece * c), new Float64Array(piece * c)] as const;
    let loss = 0;
    for (let start = 0; start < this.#A.rows; start += piece) {
      const size = Math.min(piece, this.#A.rows - start);
      const codes = this.#Z.subarray(start * c, (start + size) * c);
      a.set(this.#A.data.subarray(start * d, (start + size) * d));
      z.set(codes);
      for (const product of [reconstruction, ad, zdd, negative]) product.fill(0);
      addProduct(z, size, Dt, d, c, reconstruction);
      addProduct(a, size, this.D, c, d, ad);
      addProduct(reconstruction, size, this.D, c, d, zdd);
      addProduct(z, size, this.#square, c, c, negative);
      for (let i = 0; i < size * d; i++) loss += ((a[i] ?? 0) - (reconstruction[i] ?? 0)) ** 2;
      for (let i = 0; i < size * c; i++) {
        const correlation = ad[i] ?? 0;
        const repelled = negative[i] ?? 0;
        const up = Math.max(0, correlation) + repelled + this.#epsilon;
        const down = Math.max(0, -correlation) + Math.max(0, (zdd[i] ?? 0) + repelled) + this.#epsilon;
        codes[i] = (z[i] ?? 0) * Math.sqrt(up / down);
      }
      const wait = meter.spend(size * c * (c + 3 * d));
      if (wait !== undefined) await wait;
    }
    return loss;
  }

  /** `D ← pinv(ZᵀZ)·ZᵀA`, then each atom to unit norm and its norm into the codes, which leaves Z·D and both updates as they are. */
  async updateAtoms(meter: Meter): Promise<void> {
    const { rows: n, cols: d, data } = this.#A;
    const c = this.#c;
    this.#square.fill(0);
    this.D.fill(0);
    const z = new Float64Array(c * BLOCK);
    const a = new Float64Array(d * BLOCK);
    for (let start = 0; start < n; start += BLOCK) {
      const size = Math.min(BLOCK, n - start);
      transpose(this.#Z.subarray(start * c, (start + size) * c), size, c, z);
      transpose(data.subarray(start * d, (start + size) * d), size, d, a);
      await addGram(z.subarray(0, c * size), c, size, this.#square, meter);
      addProduct(z, c, a, d, size, this.D);
      const wait = meter.spend(size * c * d);
      if (wait !== undefined) await wait;
    }
    await solveSymmetric(this.#square, c, this.D, d, meter);
    await this.#moveNorms(meter);
  }

  /** `(DDᵀ)⁻`, both triangles. */
  async #negativeGram(meter: Meter): Promise<void> {
    const c = this.#c;
    this.#square.fill(0);
    await addGram(this.D, c, this.#A.cols, this.#square, meter);
    for (let i = 0; i < c; i++) {
      for (let j = 0; j <= i; j++) {
        const value = Math.max(0, -(this.#square[i * c + j] ?? 0));
        this.#square[i * c + j] = value;
        this.#square[j * c + i] = value;
      }
    }
  }

  async #moveNorms(meter: Meter): Promise<void> {
    const c = this.#c;
    const d = this.#A.cols;
    const norms = new Float64Array(c);
    for (let i = 0; i < c; i++) {
      const atom = this.D.subarray(i * d, i * d + d);
      const norm = Math.sqrt(atom.reduce((sum, value) => sum + value * value, 0));
      norms[i] = norm;
      for (let j = 0; norm > 0 && j < d; j++) atom[j] = (atom[j] ?? 0) / norm;
    }
    for (let at = 0; at < this.#Z.length; at += c) {
      for (let i = 0; i < c; i++) this.#Z[at + i] = (this.#Z[at + i] ?? 0) * (norms[i] ?? 0);
      const wait = meter.spend(c);
      if (wait !== undefined) await wait;
    }
  }
}
