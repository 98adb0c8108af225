import * as v from 'valibot';

/** What a file of statistics begins with; the version of the format is the last of these bytes. */
export const MAGIC = 'VLMXPRT\u0001';

const natural = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const MAX_ROWS = 2 ** 40;
const MAX_CONCEPTS = 2 ** 22;
const MAX_WIDTH = 2 ** 16;
const rows = natural(MAX_ROWS);
const name = v.pipe(v.string(), v.maxLength(1000));
const modality = v.nullable(v.strictObject({ rows, files: v.array(v.strictObject({ name, rows })) }));
const counts = v.strictObject({ rows, active: natural(Number.MAX_SAFE_INTEGER), coded: rows, heldOut: rows });

/** What two files have to agree on to be parts of the same whole. */
const identity = {
  dictionary: v.strictObject({
    /** SHA-256 of everything that decides codes and reconstructions. */
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    c: v.pipe(natural(MAX_CONCEPTS), v.minValue(1)),
    d: v.pipe(natural(MAX_WIDTH), v.minValue(1)),
  }),
  /** The embedding files of the whole, in order, by their names without folders: machines mount them in different places. */
  images: modality,
  texts: modality,
  norms: v.picklist(['refuse', 'raw', 'normalise']),
  backend: v.picklist(['cpu', 'webgpu']),
  blockRows: v.pipe(natural(MAX_ROWS), v.minValue(1)),
  sampleRows: natural(2 ** 20),
  samplePairs: natural(2 ** 20),
};

/** The JSON at the head of a file of statistics. */
export const headerSchema = v.strictObject({
  ...identity,
  /** Blocks of rows that are in it, from … to (exclusive). */
  blocks: v.strictObject({ from: rows, to: rows }),
  /** Which shard it is; null for the whole. */
  shard: v.nullable(v.strictObject({ index: natural(2 ** 31), of: v.pipe(natural(2 ** 31), v.minValue(1)) })),
  counts: v.strictObject({ images: counts, texts: counts, pairs: rows }),
  /** The arrays that follow, in order, each at a multiple of eight bytes. */
  arrays: v.array(v.strictObject({ name, type: v.picklist(['f64', 'f32', 'i32', 'u32', 'u8']), length: natural(2 ** 31) })),
});
export type ShardHeader = v.InferOutput<typeof headerSchema>;
export type ShardIdentity = Pick<ShardHeader, keyof typeof identity>;

/** Rows of the longer modality. */
export function rowsOf({ images, texts }: Pick<ShardIdentity, 'images' | 'texts'>): number {
  return Math.max(images?.rows ?? 0, texts?.rows ?? 0);
}

/** Blocks that the rows make. */
export function blocksOf(identity: Pick<ShardIdentity, 'images' | 'texts' | 'blockRows'>): number {
  return Math.ceil(rowsOf(identity) / identity.blockRows);
}
