import * as v from 'valibot';
import { IntegrityError } from '../../core/errors.ts';
import { parseRecipe } from '../../core/training/check.ts';
import { decodeUtf8, parseStrictJson } from '../../formats/json.ts';
import type { Folder } from './folder.ts';
import type { Run } from './protocol.ts';

/** Longest name and note that are kept. */
const MAX_TEXT = 2000;
const number = v.number();
const count = v.pipe(number, v.integer(), v.minValue(0));
const maybe = v.nullable(number);
const words = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const point = v.object({ l0: number, r2: number, r2PerFeature: maybe });
/** JSON has no NaN: what is undefined is stored as null. */
const undefinedNumber = v.pipe(v.nullable(number), v.transform((value) => value ?? Number.NaN));
const frontierPoint = v.pipe(point, v.transform((p) => ({ ...p, r2PerFeature: p.r2PerFeature ?? Number.NaN })));

/** Points of a run's curves, from a stored record. */
export const curveSchema = v.pipe(
  v.array(
    v.object({
      step: count,
      loss: undefinedNumber,
      mse: undefinedNumber,
      l0: undefinedNumber,
      dead: undefinedNumber,
      theta: maybe,
      learningRate: undefinedNumber,
      r2: undefinedNumber,
      r2PerFeature: undefinedNumber,
      samplesPerSecond: undefinedNumber,
    }),
  ),
  v.maxLength(10_000),
);

/** Measures of a finished run, from a stored record. */
export const measuresSchema = v.nullable(
  v.object({
    both: frontierPoint,
    images: v.nullable(frontierPoint),
    texts: v.nullable(frontierPoint),
    dead: number,
    bridge: v.nullable(v.object({ sum: number, meanReconstructedSimilarity: number })),
  }),
);

const runSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  name: words,
  note: words,
  created: v.pipe(v.string(), v.isoTimestamp()),
  data: v.object({ id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)), title: words, images: count, texts: count, d: count, kind: v.picklist(['gallery', 'files', 'items']) }),
  recipe: v.unknown(),
  status: v.picklist(['queued', 'running', 'paused', 'done', 'failed']),
  step: count,
  steps: count,
  seconds: number,
  backend: v.nullable(v.picklist(['cpu', 'webgpu'])),
  adapter: v.nullable(words),
  curve: curveSchema,
  measures: measuresSchema,
  error: v.nullable(v.object({ name: words, message: words, reason: words, place: v.object({ file: v.optional(words), field: v.optional(words), fix: v.optional(words) }) })),
  group: v.nullable(words),
  imageShare: v.nullable(v.pipe(number, v.minValue(0), v.maxValue(1))),
});

/** The lab's runs, each a folder `runs/<id>` with `run.json`, its checkpoint while it is unfinished, and its dictionary. */
export class RunStore {
  readonly #folder: Folder;

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  /** All runs, oldest first. A record that cannot be read is left out: it must not hide the others. */
  async all(): Promise<Run[]> {
    const runs: Run[] = [];
    for (const id of await this.#folder.list('runs')) {
      const run = await this.find(id).catch(() => null);
      if (run !== null) runs.push(run);
    }
    return runs.sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : a.id < b.id ? -1 : 1));
  }

  /** A run, or null where there is none. Throws IntegrityError when its record is broken. */
  async find(id: string): Promise<Run | null> {
    const file = `runs/${id}/run.json`;
    const bytes = await this.#folder.read(file);
    if (bytes === null) return null;
    const parsed = v.safeParse(runSchema, parseStrictJson(decodeUtf8(bytes, { file }), { file }));
    if (!parsed.success) throw new IntegrityError('it is not the record of a run.', { file, field: v.getDotPath(parsed.issues[0]) ?? undefined });
    return { ...parsed.output, id, recipe: parseRecipe(parsed.output.recipe) };
  }

  async put(run: Run): Promise<void> {
    await this.write(run.id, 'run.json', new TextEncoder().encode(JSON.stringify(run)));
  }

  /** A file of a run, or null. */
  async read(id: string, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#folder.read(`runs/${id}/${name}`);
  }

  async write(id: string, name: string, bytes: Uint8Array): Promise<void> {
    await this.#folder.write(`runs/${id}/${name}`, Uint8Array.from(bytes));
  }

  async removeFile(id: string, name: string): Promise<void> {
    await this.#folder.remove(`runs/${id}/${name}`);
  }

  /** Takes a run off the list; its files stay until `purge`, so that it can be put back. */
  async hide(id: string): Promise<void> {
    const bytes = await this.read(id, 'run.json');
    if (bytes === null) return;
    await this.write(id, 'deleted.json', bytes);
    await this.removeFile(id, 'run.json');
  }

  /** Puts a hidden run back on the list. */
  async unhide(id: string): Promise<void> {
    const bytes = await this.read(id, 'deleted.json');
    if (bytes === null) return;
    await this.write(id, 'run.json', bytes);
    await this.removeFile(id, 'deleted.json');
  }

  /** Removes hidden runs, their packs, and rows that no run needs any more. */
  async purge(): Promise<void> {
    for (const id of await this.#folder.list('runs')) {
      if ((await this.read(id, 'run.json')) !== null) continue;
      await this.#folder.remove(`runs/${id}`);
      await this.#folder.remove(`packs/lab-${id}`);
    }
    const needed = new Set((await this.all()).map((run) => run.data.id));
    for (const id of await this.#folder.list('data')) if (!needed.has(id)) await this.#folder.remove(`data/${id}`);
  }
}
