import type { Dictionary } from '../core/dictionary.ts';
import { encode } from '../core/encode.ts';
import { CodesBuilder } from '../core/codes-builder.ts';
import { codeRow, matrix, type Matrix, type SparseCodes } from '../core/tensor.ts';
import type { Work } from '../core/work.ts';

/** Multiplications between two pauses on the CPU: a few milliseconds. */
const PIECE = 8e6;

/** Codes `(n, c)` of x `(n, d)` by the CPU reference, in pieces between which other work may run. Throws InputError as `encode` does. */
export async function encodeRows(dictionary: Dictionary, x: Matrix, work: Work): Promise<SparseCodes> {
  const step = Math.max(1, Math.floor(PIECE / (dictionary.d * dictionary.c)));
  const codes = new CodesBuilder(x.rows, dictionary.c);
  for (let start = 0; start < x.rows; start += step) {
    const rows = Math.min(step, x.rows - start);
    const part = encode(dictionary, matrix(rows, x.cols, x.data.subarray(start * x.cols, (start + rows) * x.cols)));
    for (let r = 0; r < rows; r++) {
      const { indices, values } = codeRow(part, r);
      for (let e = 0; e < indices.length; e++) codes.push(indices[e] ?? 0, values[e] ?? 0);
      codes.endRow();
    }
    work.progress(start + rows, x.rows);
    await work.pause();
  }
  return codes.finish();
}
