import { addProduct, rowsPerPiece } from './products.ts';
import type { Matrix } from '../tensor.ts';
import type { Meter } from './meter.ts';

/** Finds the nearest centroid of many rows, through `‖x − μ‖² = ‖x‖² − 2⟨x, μ⟩ + ‖μ‖²`. */
export class Nearest {
  readonly #d: number;
  readonly #c: number;
  readonly #piece: number;
  readonly #block: Float64Array;
  readonly #products: Float64Array;
  readonly #squares: Float64Array;
  #centroids = new Float64Array(0);

  constructor(d: number, c: number) {
    this.#d = d;
    this.#c = c;
    this.#piece = rowsPerPiece(c, d);
    this.#block = new Float64Array(this.#piece * d);
    this.#products = new Float64Array(this.#piece * c);
    this.#squares = new Float64Array(c);
  }

  /** Takes `centroids` `(c, d)`, which are not to change until the next call. */
  use(centroids: Float64Array<ArrayBuffer>): void {
    this.#centroids = centroids;
    for (let i = 0; i < this.#c; i++) this.#squares[i] = squareOf(centroids, i * this.#d, this.#d);
  }

  /** Writes cluster and squared distance of each row `(n, d)`; of equally near centroids the first. Returns how many labels changed. */
  async assign(rows: Matrix, labels: Uint32Array, distances: Float64Array, meter: Meter): Promise<number> {
    const d = this.#d;
    const c = this.#c;
    let changed = 0;
    for (let start = 0; start < rows.rows; start += this.#piece) {
      const size = Math.min(this.#piece, rows.rows - start);
      this.#block.set(rows.data.subarray(start * d, (start + size) * d));
      this.#products.fill(0);
      addProduct(this.#block, size, this.#centroids, c, d, this.#products);
      for (let r = 0; r < size; r++) {
        let best = 0;
        let least = Infinity;
        for (let i = 0; i < c; i++) {
          const partial = (this.#squares[i] ?? 0) - 2 * (this.#products[r * c + i] ?? 0);
          if (partial < least) {
            least = partial;
            best = i;
          }
        }
        if (labels[start + r] !== best) changed += 1;
        labels[start + r] = best;
        distances[start + r] = Math.max(0, least + squareOf(this.#block, r * d, d));
      }
      const wait = meter.spend(size * c * d);
      if (wait !== undefined) await wait;
    }
    return changed;
  }
}

function squareOf(values: Float64Array, at: number, d: number): number {
  let sum = 0;
  for (let i = at; i < at + d; i++) sum += (values[i] ?? 0) ** 2;
  return sum;
}
