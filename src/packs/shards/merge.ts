import { InputError } from '../../core/errors.ts';
import { ShardStatistics } from '../../core/shards/shard-statistics.ts';
import type { PartialFile } from './partial-file.ts';
import { blocksOf, rowsOf, type ShardHeader } from './partial-header.ts';

/** A file of statistics and its name. */
export interface Part {
  readonly file: string;
  readonly header: ShardHeader;
}

/**
 * Joins parts, one at a time and in any order, so that only one of them is in memory besides the sum.
 * @throws InputError naming the parts that are not of the same whole, overlap, or leave something out.
 */
export class PartMerge {
  readonly #parts: Part[] = [];
  #statistics: ShardStatistics | null = null;

  /** Adds one part. */
  add(file: string, { header, statistics }: PartialFile): void {
    const [first] = this.#parts;
    if (first !== undefined) sameWhole(first, { file, header });
    const { from, to } = header.blocks;
    if (from > to || to > blocksOf(header)) throw new InputError(`its blocks ${from} to ${to} are not among the ${blocksOf(header)} of the data.`, { file, field: 'blocks' });
    for (const other of this.#parts) {
      const [low, high] = [Math.max(from, other.header.blocks.from), Math.min(to, other.header.blocks.to)];
      if (low < high) throw new InputError(`has ${rowRange(header, low, high)} in it, which ${other.file} has too.`, { file, fix: 'Give every shard once.' });
    }
    this.#statistics ??= new ShardStatistics(header.dictionary.c, header.dictionary.d);
    this.#statistics.merge(statistics);
    this.#parts.push({ file, header });
  }

  /** The whole, when nothing is missing. */
  finish(): { header: ShardHeader; statistics: ShardStatistics } {
    const [first] = this.#parts;
    if (first === undefined || this.#statistics === null) throw new InputError('there are no parts to merge.', { field: 'PART', fix: 'Give the files that pack stats wrote.' });
    const blocks = blocksOf(first.header);
    const gaps: string[] = [];
    let next = 0;
    for (const { header } of [...this.#parts].sort((a, b) => a.header.blocks.from - b.header.blocks.from)) {
      if (header.blocks.from > next) gaps.push(rowRange(header, next, header.blocks.from));
      next = Math.max(next, header.blocks.to);
    }
    if (next < blocks) gaps.push(rowRange(first.header, next, blocks));
    if (gaps.length > 0) {
      throw new InputError(`${gaps.join(' and ')} of ${rowsOf(first.header)} are in none of the ${this.#parts.length} parts${this.#absent()}.`, { fix: 'Run pack stats on the shards that are missing.' });
    }
    return { header: { ...first.header, blocks: { from: 0, to: blocks }, shard: null }, statistics: this.#statistics };
  }

  /** Which shards are not there, where all parts were cut the same way. */
  #absent(): string {
    const of = this.#parts[0]?.header.shard?.of;
    if (of === undefined || this.#parts.some(({ header }) => header.shard?.of !== of)) return '';
    const found = new Set(this.#parts.map(({ header }) => header.shard?.index));
    const absent: string[] = [];
    for (let index = 0; index < of && absent.length < 6; index++) if (!found.has(index)) absent.push(`${index}/${of}`);
    return absent.length === 0 ? '' : ` (shards ${absent.slice(0, 5).join(', ')}${absent.length > 5 ? ', …' : ''})`;
  }
}

/** Blocks `index` of `of` shards, from … to: as equal as whole blocks can be, some of them empty where there are fewer blocks. */
export function shardBlocks(blocks: number, index: number, of: number): { from: number; to: number } {
  return { from: Math.floor((index * blocks) / of), to: Math.floor(((index + 1) * blocks) / of) };
}

function sameWhole(first: Part, { file, header }: Part): void {
  const refuse = (what: string, fix: string): never => {
    throw new InputError(`${what} than ${first.file}.`, { file, fix });
  };
  const differs = (key: keyof ShardHeader): boolean => JSON.stringify(header[key]) !== JSON.stringify(first.header[key]);
  if (differs('dictionary')) refuse(`is of another dictionary (${header.dictionary.sha256.slice(0, 12)} instead of ${first.header.dictionary.sha256.slice(0, 12)})`, 'Run pack stats with the same dictionary on every shard.');
  for (const key of ['images', 'texts'] as const) if (differs(key)) refuse(`is of other ${key} (${described(header[key])} instead of ${described(first.header[key])})`, 'Run pack stats with the same files on every shard.');
  for (const key of ['norms', 'backend', 'blockRows', 'sampleRows', 'samplePairs'] as const) {
    if (differs(key)) refuse(`was made with another ${key} (${header[key]} instead of ${first.header[key]})`, 'Run pack stats with the same options on every shard.');
  }
}

function described(modality: ShardHeader['images']): string {
  return modality === null ? 'none' : `${modality.rows} rows in ${modality.files[0]?.name ?? 'no file'}${modality.files.length > 1 ? ` and ${modality.files.length - 1} more` : ''}`;
}

function rowRange(header: ShardHeader, from: number, to: number): string {
  return `rows ${from * header.blockRows} to ${Math.min(to * header.blockRows, rowsOf(header)) - 1}`;
}
