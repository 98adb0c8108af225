import { join } from 'node:path';
import * as v from 'valibot';
import { InputError } from '../../core/errors.ts';
import { parseRecipe } from '../../core/training/check.ts';
import type { Recipe } from '../../core/training/recipe.ts';
import type { TrainingBackend } from '../../core/training/trainer.ts';
import { fileSource } from '../../formats/file-source-node.ts';
import { decodeUtf8, parseStrictJson } from '../../formats/json.ts';
import { canonicalJson } from '../../packs/canonical.ts';
import type { CurvePoint, RunMeasures } from '../lab/protocol.ts';
import { curveSchema, measuresSchema } from '../lab/run-store.ts';
import { writeOutput } from '../output-node.ts';

const NAME = 'run.json';
const FORMAT = 'vlm-explore-run';
const MAX_BYTES = 2 ** 26;

/** What a run's folder says about it. */
export interface RunRecord {
  readonly status: 'unfinished' | 'done';
  readonly recipe: Recipe;
  /** SHA-256 of the rows as they are trained on, their number and width, and the files they came from. */
  readonly data: { readonly hash: string; readonly rows: number; readonly dimensions: number; readonly files: readonly string[] };
  /** Optimiser steps in all; 0 for methods without them. */
  readonly steps: number;
  /** Seconds of training, without reading and measuring. */
  readonly seconds: number;
  /** What was asked for, and what computed: methods without kernels train on the CPU. Null before the first step. */
  readonly backend: { readonly asked: TrainingBackend; readonly used: TrainingBackend | null; readonly adapter: string | null };
  readonly curve: readonly CurvePoint[];
  /** Null until the run is done. */
  readonly measures: RunMeasures | null;
  /** `E[z_i]` of each concept, the mean of both modalities' where there are two; null until the run is done. */
  readonly energy: readonly number[] | null;
}

const words = v.pipe(v.string(), v.maxLength(4096));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const backendName = v.picklist(['cpu', 'webgpu']);
const schema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(1),
  status: v.picklist(['unfinished', 'done']),
  recipe: v.unknown(),
  data: v.object({ hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u)), rows: count, dimensions: count, files: v.array(words) }),
  steps: count,
  seconds: v.pipe(v.number(), v.finite(), v.minValue(0)),
  backend: v.object({ asked: backendName, used: v.nullable(backendName), adapter: v.nullable(words) }),
  curve: curveSchema,
  measures: measuresSchema,
  energy: v.nullable(v.pipe(v.array(v.pipe(v.number(), v.finite())), v.maxLength(2 ** 20))),
});

/** Writes a folder's record. */
export async function writeRecord(folder: string, record: RunRecord): Promise<void> {
  await writeOutput(join(folder, NAME), new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, version: 1, ...record })}\n`));
}

/** Reads a folder's record. @throws InputError naming the file and the field. */
export async function readRecord(folder: string): Promise<RunRecord> {
  const source = await fileSource(join(folder, NAME));
  const file = source.name;
  if (source.byteLength > MAX_BYTES) throw new InputError(`${source.byteLength} bytes are too many for the record of a run.`, { file });
  const parsed = v.safeParse(schema, parseStrictJson(decodeUtf8(await source.slice(0, source.byteLength), { file }), { file }));
  if (!parsed.success) throw new InputError('it is not the record of a run.', { file, field: v.getDotPath(parsed.issues[0]) ?? undefined, fix: 'Give another folder.' });
  try {
    return { ...parsed.output, recipe: parseRecipe(parsed.output.recipe) };
  } catch (error) {
    throw error instanceof InputError ? error.inFile(file) : error;
  }
}

/**
 * Whether a run can go on with what is asked for now.
 * @throws InputError naming the first thing that is not what it was.
 */
export function requireSameRun(folder: string, before: RunRecord, now: Pick<RunRecord, 'recipe' | 'data' | 'backend'>): void {
  const fix = 'Resume with the options and files that the run was started with, or give another folder.';
  for (const key of Object.keys(before.recipe) as (keyof Recipe)[]) {
    const [was, is] = [canonicalJson(before.recipe[key]), canonicalJson(now.recipe[key])];
    if (was !== is) throw new InputError(`the run was started with ${key} ${was}, not ${is}.`, { file: folder, field: '--resume', fix });
  }
  if (before.data.hash !== now.data.hash) throw new InputError('the run was started on other embeddings.', { file: folder, field: '--resume', fix });
  if (before.backend.asked !== now.backend.asked) throw new InputError(`the run was started on ${before.backend.asked}.`, { file: folder, field: '--resume', fix });
}
