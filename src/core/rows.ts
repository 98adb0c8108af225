import { InputError } from './errors.ts';
import { rowOf, type Matrix } from './tensor.ts';

/** Largest distance of a row's norm from 1 at which it counts as normalised; float16 files stay well inside. */
const UNIT_TOLERANCE = 1e-3;

/**
 * A dictionary of unit embeddings gives plausible nonsense for others, so they are never used without being asked for.
 * @throws InputError naming `file` and the first rows of x `(n, d)` whose norm is not 1; `fix` says what to do about them.
 */
export function requireUnitRows(x: Matrix, file: string, fix: string): void {
  const off: { row: number; norm: number }[] = [];
  for (let row = 0; row < x.rows; row++) {
    const norm = Math.sqrt(rowOf(x, row).reduce((sum, value) => sum + value * value, 0));
    if (!(Math.abs(norm - 1) <= UNIT_TOLERANCE)) off.push({ row, norm });
  }
  if (off.length === 0) return;
  const first = off
    .slice(0, 3)
    .map(({ row, norm }) => `row ${row} (${norm.toPrecision(4)})`)
    .join(', ');
  throw new InputError(`${off.length} of ${x.rows} rows do not have norm 1: ${first}${off.length > 3 ? ', …' : ''}. Rows count from 0.`, { file, fix });
}

/** How many rows of x `(n, d)` repeat an earlier one bit for bit, and the first that does. */
export function repeatedRows(x: Matrix): { count: number; first: number | null } {
  const bits = new Uint32Array(x.data.buffer, x.data.byteOffset, x.data.length);
  const byHash = new Map<number, number[]>();
  let count = 0;
  let first: number | null = null;
  for (let r = 0; r < x.rows; r++) {
    const at = r * x.cols;
    // FNV-1a over whole words.
    let hash = 0x811c9dc5;
    for (let i = at; i < at + x.cols; i++) hash = Math.imul(hash ^ (bits[i] ?? 0), 0x01000193);
    const earlier = byHash.get(hash) ?? [];
    if (earlier.some((other) => same(bits, at, other * x.cols, x.cols))) {
      count += 1;
      first ??= r;
    } else {
      byHash.set(hash, [...earlier, r]);
    }
  }
  return { count, first };
}

function same(bits: Uint32Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bits[a + i] !== bits[b + i]) return false;
  return true;
}

/** Rows of matrices of the same width, one after the other; a copy. */
export function stackRows(parts: readonly Matrix[], cols: number): Matrix {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const data = new Float32Array(rows * cols);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { rows, cols, data };
}
