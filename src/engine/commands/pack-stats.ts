import { createHash } from 'node:crypto';
import { InputError } from '../../core/errors.ts';
import { BLOCK_ROWS, SAMPLE_PAIRS, SAMPLE_ROWS, ShardStatistics, type BlockRows } from '../../core/shards/shard-statistics.ts';
import type { EmbeddingFile } from '../../formats/embeddings.ts';
import { shardBlocks } from '../../packs/shards/merge.ts';
import { writePartial } from '../../packs/shards/partial-file.ts';
import { blocksOf, type ShardIdentity } from '../../packs/shards/partial-header.ts';
import { EncodeBackend, type BackendEncoder, type BackendName } from '../backend-node.ts';
import { checkOutput, writeOutput } from '../output-node.ts';
import type { Progress } from '../protocol.ts';
import { readDictionary, type DictionaryArguments } from './dictionary.ts';
import { dictionaryHash } from './dictionary-hash.ts';
import { openRows, RowCheck, sameWidth, type Norms } from './rows.ts';
import { reportShards, type ShardMetrics } from './shard-report.ts';

/** Arguments of `cli pack stats`: `images`, `texts` or both, which then pair row by row. */
export interface PackStatsArguments extends DictionaryArguments {
  /** A file, a folder of shards, or a web address of a file. */
  readonly images?: string | undefined;
  readonly texts?: string | undefined;
  /** Arrays, tensors or columns of them. */
  readonly imagesColumn?: string | undefined;
  readonly textsColumn?: string | undefined;
  /** `i/n`, i from 0; all rows unless given. */
  readonly shard?: string | undefined;
  readonly norms: Norms;
  readonly backend: BackendName;
  readonly out: string;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What `cli pack stats` prints. */
export interface PackStatsReport {
  readonly out: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Null for the whole. */
  readonly shard: { readonly index: number; readonly of: number } | null;
  /** Rows that were measured, and all there are. */
  readonly images: { readonly rows: number; readonly of: number };
  readonly texts: { readonly rows: number; readonly of: number };
  /** Of all rows; null where this is only a part. */
  readonly metrics: ShardMetrics | null;
  readonly backend: BackendName;
  readonly notes?: readonly string[];
}

/**
 * Statistics of a dictionary over one shard of the rows, as a file that `pack merge` joins with those of the other shards. Rows are
 * read a block at a time, and blocks lie at the same places for every number of shards.
 * @throws InputError naming the file and the row for anything that does not load or fit; nothing is written then.
 */
export async function packStatsCommand(args: PackStatsArguments): Promise<PackStatsReport> {
  const { norms, out, onProgress } = args;
  await checkOutput(out);
  const shard = parseShard(args.shard);
  const { images, texts } = await openBoth(args);
  const dictionary = await readDictionary(args, norms);
  const on = new EncodeBackend(args.backend);
  try {
    const encoder = await on.encoder(dictionary);
    const identity: ShardIdentity = {
      dictionary: { sha256: dictionaryHash(dictionary), c: dictionary.c, d: dictionary.d },
      images: described(images),
      texts: described(texts),
      norms,
      backend: encoder.backend,
      blockRows: BLOCK_ROWS,
      sampleRows: SAMPLE_ROWS,
      samplePairs: SAMPLE_PAIRS,
    };
    const all = blocksOf(identity);
    const blocks = shardBlocks(all, shard.index, shard.of);
    const statistics = new ShardStatistics(dictionary.c, dictionary.d);
    const [ofImages, ofTexts] = [images, texts].map((file) => (file === null ? null : new BlockReader(file, encoder, norms, blocks.from * BLOCK_ROWS)));
    for (let block = blocks.from; block < blocks.to; block++) {
      statistics.addBlock(dictionary, (await ofImages?.read(block)) ?? null, (await ofTexts?.read(block)) ?? null);
      onProgress?.({ phase: 'measure', done: block + 1 - blocks.from, total: blocks.to - blocks.from, unit: 'items' });
    }
    ofImages?.finish();
    ofTexts?.finish();
    // With fewer blocks than shards one of them can be the whole.
    const whole = blocks.to - blocks.from === all;
    const bytes = writePartial({ ...identity, blocks, shard: whole ? null : shard }, statistics.toPartial());
    await writeOutput(out, bytes);
    const notes = [...dictionary.notes, ...(encoder.note === null ? [] : [encoder.note])];
    return {
      out,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      shard: whole ? null : shard,
      images: { rows: ofImages?.rows ?? 0, of: images?.rows ?? 0 },
      texts: { rows: ofTexts?.rows ?? 0, of: texts?.rows ?? 0 },
      metrics: whole ? await reportShards(dictionary, statistics) : null,
      backend: encoder.backend,
      ...(notes.length === 0 ? {} : { notes }),
    };
  } finally {
    await on.close();
  }
}

/** Reads and encodes whole blocks of one file, in order. */
class BlockReader {
  readonly #file: EmbeddingFile;
  readonly #encoder: BackendEncoder;
  readonly #check: RowCheck;
  rows = 0;

  constructor(file: EmbeddingFile, encoder: BackendEncoder, norms: Norms, firstRow: number) {
    this.#file = file;
    this.#encoder = encoder;
    this.#check = new RowCheck(file.name, norms, firstRow);
  }

  async read(block: number): Promise<BlockRows> {
    const x = await this.#file.read(block * BLOCK_ROWS, Math.min(this.#file.rows, (block + 1) * BLOCK_ROWS));
    this.#check.add(x);
    const codes = await this.#encoder.encode(x).catch((error: unknown) => {
      throw error instanceof InputError ? error.inFile(this.#file.name) : error;
    });
    this.rows += x.rows;
    return { x, codes };
  }

  finish(): void {
    this.#check.finish();
  }
}

async function openBoth({ images, texts, imagesColumn, textsColumn, norms }: PackStatsArguments): Promise<{ images: EmbeddingFile | null; texts: EmbeddingFile | null }> {
  if (images === undefined && texts === undefined) throw new InputError('there are no embeddings to measure on.', { field: '--images', fix: 'Give --images PATH, --texts PATH or both.' });
  const files = {
    images: images === undefined ? null : await openRows(images, norms, { modality: 'images', column: imagesColumn }),
    texts: texts === undefined ? null : await openRows(texts, norms, { modality: 'texts', column: textsColumn }),
  };
  if (files.images === null || files.texts === null) return files;
  sameWidth([files.images, files.texts]);
  if (files.images.rows !== files.texts.rows) {
    throw new InputError(`has ${files.images.rows} rows, and ${files.texts.name} has ${files.texts.rows}: they do not pair row by row.`, { file: files.images.name, fix: 'Measure images and texts apart, or repeat the rows of images that have several texts.' });
  }
  return files;
}

/** @throws InputError for anything but `i/n` with 0 ≤ i < n. */
function parseShard(text = '0/1'): { index: number; of: number } {
  const [, index, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index < shard.of) return shard;
  throw new InputError(`"${text}" is no shard.`, { field: '--shard', fix: 'Shards count from 0: the first of four is 0/4, the last 3/4.' });
}

function described(file: EmbeddingFile | null): ShardIdentity['images'] {
  if (file === null) return null;
  const parts = file.parts ?? [{ name: file.name.split(/[/\\]/).at(-1) ?? file.name, rows: file.rows }];
  return { rows: file.rows, files: parts.map(({ name, rows }) => ({ name, rows })) };
}
