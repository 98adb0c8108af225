import { InputError, invariant } from '../errors.ts';
import { addProduct, rowsPerPiece, transpose } from '../baselines/products.ts';
import { rowOf } from '../tensor.ts';
import type { Meter } from '../baselines/meter.ts';
import type { Matrix } from '../tensor.ts';

/** A matrix `(rows, cols)` of similarities that need not fit in memory: it is asked for by strips of rows. */
export interface Similarities {
  readonly rows: number;
  readonly cols: number;
  /** Multiply-adds that one entry costs, for a progress bar. */
  readonly depth: number;
  /** Writes rows `from … to − 1` to `out` `(to − from, cols)`; the same numbers whenever it is asked. */
  readonly fill: (from: number, to: number, out: Float64Array) => void;
  readonly transposed: () => Similarities;
}

/** Calls `visit` with one strip of rows after the other, each a millisecond or two of `fill`. */
export async function eachStrip({ rows, cols, depth }: Similarities, meter: Meter, visit: (from: number, to: number) => void): Promise<void> {
  const strip = rowsPerPiece(cols, depth);
  for (let from = 0; from < rows; from += strip) {
    const to = Math.min(rows, from + strip);
    visit(from, to);
    const wait = meter.spend((to - from) * cols * depth);
    if (wait !== undefined) await wait;
  }
}

/** Calls `visit` with every row of similarities, which is overwritten by a later one. */
export async function eachRow(similarities: Similarities, meter: Meter, visit: (row: number, values: Float64Array) => void): Promise<void> {
  const { cols, depth } = similarities;
  const values = new Float64Array(rowsPerPiece(cols, depth) * cols);
  await eachStrip(similarities, meter, (from, to) => {
    similarities.fill(from, to, values);
    for (let row = from; row < to; row++) visit(row, values.subarray((row - from) * cols, (row - from + 1) * cols));
  });
}

/** Similarities that are there already, row-major. */
export function storedSimilarities(values: Float32Array | Float64Array, rows: number, cols: number): Similarities {
  invariant(values.length === rows * cols, `similarities of ${rows}×${cols} got ${values.length} values`);
  return {
    rows,
    cols,
    depth: 1,
    fill: (from, to, out) => out.set(values.subarray(from * cols, to * cols)),
    transposed: () => {
      const turned = new Float64Array(values.length);
      transpose(values, rows, cols, turned);
      return storedSimilarities(turned, cols, rows);
    },
  };
}

/** Cosines of the atoms of two dictionaries, `(c, d)` and `(c', d)`, in float64; 0 with an atom of zero. Throws InputError for atoms that are not finite. */
export function cosines(a: Matrix, b: Matrix): Similarities {
  invariant(a.cols === b.cols, `atoms of ${a.cols} and ${b.cols} dimensions`);
  return products(unitRows(a), a.rows, unitRows(b), b.rows, a.cols);
}

function products(a: Float64Array, rows: number, b: Float64Array, cols: number, depth: number): Similarities {
  return {
    rows,
    cols,
    depth,
    fill: (from, to, out) => {
      out.fill(0, 0, (to - from) * cols);
      addProduct(a.subarray(from * depth, to * depth), to - from, b, cols, depth, out);
    },
    transposed: () => products(b, cols, a, rows, depth),
  };
}

function unitRows(atoms: Matrix): Float64Array {
  const unit = Float64Array.from(atoms.data);
  for (let i = 0; i < atoms.rows; i++) {
    const norm = Math.sqrt(rowOf(atoms, i).reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(norm)) {
      throw new InputError(`the atom has norm ${norm}`, { field: `concept ${i}`, fix: 'Train or import the dictionary again.' });
    }
    for (let j = i * atoms.cols; norm > 0 && j < (i + 1) * atoms.cols; j++) unit[j] = (unit[j] ?? 0) / norm;
  }
  return unit;
}
