import { decode } from '../decode.ts';
import { matrix } from '../tensor.ts';
import { linearProbe, probeRows } from './linear-probe.ts';
import type { Dictionary } from '../dictionary.ts';
import type { ProbeRow } from './linear-probe.ts';
import type { SampledRow } from './row-sample.ts';

/** How far apart the modalities are. */
export interface Gap {
  /** `‖μ_img − μ_txt‖`. */
  readonly distance: number;
  /** Held-out accuracy of a linear probe, see `linearProbe`; null with too few rows. */
  readonly separability: number | null;
}

/** The gap of sampled rows, before and after concepts are taken out of them. */
export interface GapWithout {
  readonly images: number;
  readonly texts: number;
  readonly before: Gap;
  readonly after: Gap;
}

/**
 * Takes concepts out of rows, `x − (x̂ − x̂ without them)`, so that all that the dictionary does not explain stays, and measures the
 * modality gap again. Null where a modality has no row.
 */
export function gapWithout(dictionary: Dictionary, images: readonly SampledRow[], texts: readonly SampledRow[], concepts: Iterable<number>): GapWithout | null {
  if (images.length === 0 || texts.length === 0) return null;
  const chosen = new Set(concepts);
  const before = probeRows(images, texts);
  const rest = [...images, ...texts].map((row) => without(dictionary, row, chosen));
  const after = before.map((row, r) => ({ ...row, x: rest[r] ?? row.x }));
  return { images: images.length, texts: texts.length, before: gap(before, dictionary.d), after: gap(after, dictionary.d) };
}

function gap(rows: readonly ProbeRow[], d: number): Gap {
  const difference = new Float64Array(d);
  const images = rows.filter((row) => row.image).length;
  for (const { x, image } of rows) {
    const share = image ? 1 / images : -1 / (rows.length - images);
    for (let t = 0; t < d; t++) difference[t] = (difference[t] ?? 0) + share * (x[t] ?? 0);
  }
  return { distance: Math.sqrt(difference.reduce((sum, value) => sum + value * value, 0)), separability: linearProbe(rows, d)?.accuracy ?? null };
}

function without(dictionary: Dictionary, { x, indices, values }: SampledRow, chosen: ReadonlySet<number>): Float32Array {
  const kept = Array.from(indices.keys()).filter((e) => !chosen.has(indices[e] ?? 0));
  if (kept.length === indices.length) return x;
  const row = matrix(1, x.length, x);
  const full = decode(dictionary, { rows: 1, cols: dictionary.c, indptr: Uint32Array.of(0, indices.length), indices, values }, row);
  const fewer = {
    rows: 1,
    cols: dictionary.c,
    indptr: Uint32Array.of(0, kept.length),
    indices: Uint32Array.from(kept, (e) => indices[e] ?? 0),
    values: Float32Array.from(kept, (e) => values[e] ?? 0),
  };
  const rest = decode(dictionary, fewer, row);
  return x.map((value, t) => value - (full.data[t] ?? 0) + (rest.data[t] ?? 0));
}
