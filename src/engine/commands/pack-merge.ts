import { createHash } from 'node:crypto';
import { InputError } from '../../core/errors.ts';
import { fileSource } from '../../formats/file-source-node.ts';
import { PartMerge } from '../../packs/shards/merge.ts';
import { readPartial, writePartial } from '../../packs/shards/partial-file.ts';
import { checkOutput, writeOutput } from '../output-node.ts';
import type { Progress } from '../protocol.ts';
import { readDictionary, type DictionaryArguments } from './dictionary.ts';
import { dictionaryHash } from './dictionary-hash.ts';
import { requireFree } from './folder.ts';
import { reportShards, type ShardMetrics } from './shard-report.ts';

/** Arguments of `cli pack merge`. */
export interface PackMergeArguments extends Omit<DictionaryArguments, 'dictionary'> {
  /** Files of `pack stats`. */
  readonly parts: readonly string[];
  readonly out: string;
  /** The dictionary that they are of: with it the metrics are printed. */
  readonly dictionary?: string | undefined;
  /** Folder for metrics.json and concepts.parquet; needs the dictionary. */
  readonly report?: string | undefined;
  /** Bridges that are listed. */
  readonly top?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What `cli pack merge` prints. */
export interface PackMergeReport {
  readonly out: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly parts: number;
  readonly rows: { readonly images: number; readonly texts: number };
  /** Mean number of codes a row, and share of concepts that no row activates. */
  readonly l0: number;
  readonly dead: number;
  /** Null without the dictionary. */
  readonly metrics: ShardMetrics | null;
}

/**
 * Joins the statistics of all shards to the bytes that one run over all rows writes.
 * @throws InputError for parts that are damaged, not of the same whole, overlap or leave something out; nothing is written then.
 */
export async function packMergeCommand({ parts, out, report, top, onProgress, ...args }: PackMergeArguments): Promise<PackMergeReport> {
  await checkOutput(out);
  const { dictionary: path } = args;
  if (report !== undefined && path === undefined) throw new InputError('a report needs the dictionary.', { field: '--report', fix: 'Give --dictionary too.' });
  if (report !== undefined) await requireFree(report);
  if (top !== undefined && !(Number.isInteger(top) && top >= 0 && top <= 1e6)) throw new InputError(`${top} is no number of bridges.`, { field: '--top' });
  const merge = new PartMerge();
  for (const [done, part] of parts.entries()) {
    merge.add(part, await readPartial(await fileSource(part)));
    onProgress?.({ phase: 'measure', done: done + 1, total: parts.length, unit: 'items' });
  }
  const { header, statistics } = merge.finish();
  const dictionary = path === undefined ? null : await readDictionary({ ...args, dictionary: path }, header.norms);
  if (dictionary !== null && dictionaryHash(dictionary) !== header.dictionary.sha256) {
    throw new InputError('is not the dictionary that the parts are of.', { file: path, fix: 'Give the one that pack stats had, with the same options.' });
  }
  const partial = statistics.toPartial();
  const bytes = writePartial(header, partial);
  const metrics = dictionary === null ? null : await reportShards(dictionary, statistics, report, top);
  await writeOutput(out, bytes);
  const { images, texts } = partial;
  const rows = images.counts.rows + texts.counts.rows;
  const dead = images.alive.filter((alive, i) => alive === 0 && texts.alive[i] === 0).length;
  return {
    out,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    parts: parts.length,
    rows: { images: images.counts.rows, texts: texts.counts.rows },
    l0: (images.counts.active + texts.counts.active) / Math.max(1, rows),
    dead: dead / header.dictionary.c,
    metrics,
  };
}
