import { coherence, type Coherence } from '../../core/analysis/coherence.ts';
import { conceptColumns } from '../../core/analysis/concepts-columns.ts';
import type { MetricsReport } from '../../core/analysis/metrics-report.ts';
import type { ModalityDistances } from '../../core/analysis/modality-distances.ts';
import { ranks, type Ranks } from '../../core/analysis/ranks.ts';
import { InputError } from '../../core/errors.ts';
import { fileSource } from '../../formats/file-source-node.ts';
import { readPairs } from '../../formats/pairs.ts';
import { writeParquet } from '../../formats/writers/concepts-parquet.ts';
import { EncodeBackend, type BackendName } from '../backend-node.ts';
import type { Progress } from '../protocol.ts';
import { readDictionary, type DictionaryArguments } from './dictionary.ts';
import { requireFree, writeFolder } from './folder.ts';
import { measureFiles, type MeasuredFiles } from './measure-files.ts';
import { openRows, sameWidth, type Norms } from './rows.ts';

/** Arguments of `cli metrics`: `images`, `texts` or both. */
export interface MetricsArguments extends DictionaryArguments {
  /** npy files `(n, d)`. */
  readonly images?: string | undefined;
  readonly texts?: string | undefined;
  /** File with `image,text` a line; without it row n belongs to row n. */
  readonly pairs?: string | undefined;
  readonly norms: Norms;
  readonly backend: BackendName;
  /** Bridges that are listed. */
  readonly top?: number | undefined;
  /** Folder for metrics.json and concepts.parquet. */
  readonly out?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What `cli metrics` prints: the metrics, first those that the issue names, and how they were made. */
export interface MetricsCommandReport extends Omit<MetricsReport, 'concepts' | 'bridge'> {
  /** About all pairs, besides those that are listed; null without pairs. */
  readonly bridge: Omit<NonNullable<MetricsReport['bridge']>, 'top'> | null;
  /** Between images and texts, on samples of their rows; null without rows of both. */
  readonly distances: ModalityDistances | null;
  /** Of the dictionary itself: ranks of D, and its coherence. */
  readonly ranks: Ranks;
  readonly coherence: Coherence;
  readonly rows: { readonly images: number; readonly texts: number };
  readonly backend: BackendName;
  /** The GPU's name; absent on the CPU. */
  readonly adapter?: string;
  readonly notes?: readonly string[];
}

/**
 * Metrics of a dictionary (of any tool) on embeddings of images and texts, in one pass.
 * @throws InputError naming the file for anything that does not load or fit, and for pairs that do not match; nothing is written then.
 */
export async function metricsCommand(args: MetricsArguments): Promise<MetricsCommandReport> {
  const { norms, top, out, onProgress } = args;
  if (out !== undefined) await requireFree(out);
  if (top !== undefined && !(Number.isInteger(top) && top >= 0 && top <= 1e6)) throw new InputError(`${top} is no number of bridges.`, { field: '--top' });
  const files = await openFiles(args);
  const dictionary = await readDictionary(args, norms);
  const on = new EncodeBackend(args.backend);
  try {
    const encoder = await on.encoder(dictionary);
    const progress = (done: number, total: number): void => onProgress?.({ phase: 'measure', done, total, unit: 'items' });
    const sums = await on.sums(dictionary.c);
    const { metrics, notes: ofRows } = await measureFiles(dictionary, encoder, files, { norms, topBridges: top, sums, progress }).finally(() => sums?.dispose());
    const report = metrics.finish();
    const { backend, adapter, note } = encoder;
    const notes = [...dictionary.notes, ...ofRows, ...(note === null ? [] : [note])];
    const { concepts: _, bridge, ...measured } = report;
    const result: MetricsCommandReport = {
      ...measured,
      bridge: bridge === null ? null : withoutTop(bridge),
      distances: metrics.distances(),
      ranks: ranks(dictionary),
      coherence: await coherence(dictionary),
      rows: { images: files.images?.rows ?? 0, texts: files.texts?.rows ?? 0 },
      backend,
      ...(adapter === null ? {} : { adapter }),
      ...(notes.length === 0 ? {} : { notes }),
    };
    if (out !== undefined) {
      const json = new TextEncoder().encode(`${JSON.stringify(result)}\n`);
      await writeFolder(out, new Map([['metrics.json', json], ['concepts.parquet', writeParquet(conceptColumns(report))]]));
    }
    return result;
  } finally {
    await on.close();
  }
}

/** Opens the files and finds out how they are paired, before anything is computed. */
async function openFiles({ images, texts, pairs, norms }: MetricsArguments): Promise<MeasuredFiles> {
  if (images === undefined && texts === undefined) throw new InputError('there are no embeddings to measure on.', { field: '--images', fix: 'Give --images X.npy, --texts X.npy or both.' });
  const files = { images: images === undefined ? null : await openRows(images, norms), texts: texts === undefined ? null : await openRows(texts, norms, { modality: 'texts' }) };
  if (files.images === null || files.texts === null) {
    if (pairs !== undefined) throw new InputError('pairs join images and texts, and only one of the two is given.', { field: '--pairs' });
    return { ...files, pairs: null };
  }
  sameWidth([files.images, files.texts]);
  const counts = [files.images.rows, files.texts.rows] as const;
  if (pairs !== undefined) return { ...files, pairs: await readPairs(await fileSource(pairs), ...counts) };
  if (counts[0] !== counts[1]) {
    throw new InputError(`${counts[0]} images and ${counts[1]} texts do not match row by row.`, { field: '--pairs', fix: 'Give --pairs FILE with one “image,text” a line.' });
  }
  return { ...files, pairs: 'row by row' };
}

function withoutTop({ top: _, ...bridge }: NonNullable<MetricsReport['bridge']>): NonNullable<MetricsCommandReport['bridge']> {
  return bridge;
}
