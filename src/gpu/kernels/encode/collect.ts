import type { CodesBuilder } from '../../../core/codes-builder.ts';

/**
 * Adds the codes of `rows` rows to `out`, from the kernel's entries `(n, 2)` in whatever order threads appended them:
 * row · c + concept, then the bits of the code, 0 where the candidate was not active. Rows by counting sort, concepts
 * within a row ascending.
 */
export function collectEntries(entries: Uint32Array, rows: number, c: number, out: CodesBuilder): void {
  const n = entries.length / 2;
  const codes = new Float32Array(entries.buffer, entries.byteOffset, entries.length);
  const starts = new Uint32Array(rows + 1);
  for (let e = 0; e < n; e++) {
    if (entries[2 * e + 1] === 0) continue;
    const next = Math.floor((entries[2 * e] ?? 0) / c) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let r = 0; r < rows; r++) starts[r + 1] = (starts[r + 1] ?? 0) + (starts[r] ?? 0);

  const concepts = new Uint32Array(starts[rows] ?? 0);
  const places = new Uint32Array(concepts.length);
  const free = starts.slice();
  for (let e = 0; e < n; e++) {
    if (entries[2 * e + 1] === 0) continue;
    const key = entries[2 * e] ?? 0;
    const row = Math.floor(key / c);
    const at = free[row] ?? 0;
    free[row] = at + 1;
    concepts[at] = key - row * c;
    places[at] = e;
  }

  const values = new Float32Array(c);
  for (let r = 0; r < rows; r++) {
    const start = starts[r] ?? 0;
    const end = starts[r + 1] ?? 0;
    for (let at = start; at < end; at++) values[concepts[at] ?? 0] = codes[2 * (places[at] ?? 0) + 1] ?? 0;
    const sorted = concepts.subarray(start, end).sort();
    for (const concept of sorted) out.push(concept, values[concept] ?? 0);
    out.endRow();
  }
}
