import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { methods } from '../../core/training/check.ts';
import { dictionarySources } from '../../formats/file-source-node.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { writeNpy } from '../../formats/npy.ts';
import { metricsCommand } from './metrics.ts';
import { readRecord } from './run-record.ts';
import { trainCommand, type TrainArguments, type TrainReport } from './train.ts';

const D = 8;
let folder = '';
let count = 0;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'train-'))));
afterAll(() => rmSync(folder, { recursive: true }));
const fresh = (): string => join(folder, `out${(count += 1)}`);

/** Unit rows that are sums of two of twelve directions. */
function save(name: string, rows: number, seed: number): string {
  const random = new Random(seed);
  const directions = Array.from({ length: 12 }, (_, i) => {
    const own = new Random(i + 100);
    return Array.from({ length: D }, () => own.normal());
  });
  const data = new Float32Array(rows * D);
  for (let r = 0; r < rows; r++) {
    const [a, b] = [directions[random.below(12)] ?? [], directions[random.below(12)] ?? []];
    const row = Array.from({ length: D }, (_, j) => (a[j] ?? 0) + 0.5 * (b[j] ?? 0) + 0.01 * random.normal());
    const norm = Math.hypot(...row);
    row.forEach((value, j) => (data[r * D + j] = value / norm));
  }
  const path = join(folder, name);
  writeFileSync(path, writeNpy({ dtype: 'float32', shape: [rows, D], data }));
  return path;
}

function command(args: Partial<TrainArguments> = {}): Promise<TrainReport> {
  return trainCommand({
    embeddings: [save('a.npy', 200, 1)],
    method: 'batchtopk',
    concepts: 24,
    k: 2,
    epochs: 3,
    batch: 40,
    norms: 'refuse',
    backend: 'cpu',
    out: fresh(),
    resume: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...args,
  });
}

/** Trains until `steps` optimiser steps are done, and is interrupted then. */
async function interrupted(out: string, steps: number, args: Partial<TrainArguments> = {}): Promise<void> {
  const controller = new AbortController();
  const onProgress: TrainArguments['onProgress'] = ({ phase, done }) => {
    if (phase === 'train' && done >= steps) controller.abort();
  };
  await expect(command({ ...args, out, signal: controller.signal, onProgress })).rejects.toThrow(new RegExp(`Stopped at step ${steps} of 15; the checkpoint is in ${out}\\. .*--resume`));
}

const bytesOf = (out: string): Record<string, Buffer> => Object.fromEntries(readdirSync(out).filter((name) => name !== 'run.json').map((name) => [name, readFileSync(join(out, name))]));

describe('train', () => {
  it.each(methods)('%s: writes a folder that opens, whose metrics are those of the report', async (method) => {
    const embeddings = [save('a.npy', 200, 1), save('b.npy', 120, 2)];
    const report = await command({ embeddings, method, concepts: method === 'pca' ? 12 : 24 });
    const names = readdirSync(report.out).sort();
    expect([['cfg.json', 'run.json', 'sae_weights.safetensors'], ['dictionary.safetensors', 'run.json']]).toContainEqual(names);
    const [images, texts] = embeddings;
    const metrics = await metricsCommand({ dictionary: report.out, images, texts, pairs: pairs(120), norms: 'refuse', backend: 'cpu' });
    expect(report.both).toEqual({ l0: metrics.both.l0, r2: metrics.both.r2, r2PerFeature: metrics.both.r2PerFeature });
    expect([report.images?.r2, report.texts?.r2, report.dead]).toEqual([metrics.r2Image, metrics.r2Text, metrics.dead]);
    // 200 and 120 rows are no pairs.
    expect(report.bridge).toBeNull();
    const { energy, status } = await readRecord(report.out);
    expect(status).toBe('done');
    energy?.forEach((value, i) => { expect(value).toBeCloseTo(((metrics.energyImage[i] ?? 0) + (metrics.energyText[i] ?? 0)) / 2, 12); });
  });

  it('the same seed gives the same bytes, another one others', async () => {
    const [a, b, c] = [await command(), await command(), await command({ seed: 1 })];
    expect(bytesOf(b.out)).toEqual(bytesOf(a.out));
    expect(bytesOf(c.out)['sae_weights.safetensors']?.equals(bytesOf(a.out)['sae_weights.safetensors'] ?? Buffer.of())).toBe(false);
  });

  it.each(['batchtopk', 'jumprelu', 'matryoshka', 'mp'] as const)('%s: a run that was stopped goes on to the very bytes of one that was not', async (method) => {
    const whole = await command({ method });
    const out = fresh();
    await interrupted(out, 4, { method });
    expect(readdirSync(out).sort()).toEqual(['checkpoint.safetensors', 'run.json']);
    await expect(openDictionary(await dictionarySources(out))).rejects.toThrow();
    await expect(command({ method, out })).rejects.toThrow(/--out: the folder is in use.*Give --resume/);
    // Stopped again, later.
    const controller = new AbortController();
    await expect(command({ method, out, resume: true, signal: controller.signal, onProgress: ({ phase, done }) => { if (phase === 'train' && done >= 9) controller.abort(); } })).rejects.toThrow(/step 9 of 15/);
    const report = await command({ method, out, resume: true });
    expect(bytesOf(out)).toEqual(bytesOf(whole.out));
    expect(report.both).toEqual(whole.both);
    const { curve, seconds } = await readRecord(out);
    expect(curve.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    expect(seconds).toBeGreaterThan(0);
  });

  it('a run that is done is not trained again', async () => {
    const { out } = await command();
    const before = readFileSync(join(out, 'sae_weights.safetensors'));
    const report = await command({ out, resume: true });
    expect(report.notes).toContain('The run was done already.');
    expect(readFileSync(join(out, 'sae_weights.safetensors')).equals(before)).toBe(true);
  });

  it.each<[Partial<TrainArguments>, RegExp]>([
    [{ k: 3 }, /--resume: the run was started with k 2, not 3/],
    [{ seed: 5 }, /started with seed 0, not 5/],
    [{ learningRate: 0.5 }, /started with learningRate/],
    [{ method: 'topk' }, /started with method "batchtopk", not "topk"/],
    [{ norms: 'normalise' }, /started on other embeddings/],
  ])('does not go on with %j', async (change, message) => {
    const out = fresh();
    await interrupted(out, 3);
    await expect(command({ out, resume: true, ...change })).rejects.toThrow(message);
  });

  it('does not go on from a checkpoint or a record that is broken', async () => {
    const out = fresh();
    await interrupted(out, 3);
    const checkpoint = join(out, 'checkpoint.safetensors');
    const bytes = readFileSync(checkpoint);
    writeFileSync(checkpoint, bytes.subarray(0, -4));
    await expect(command({ out, resume: true })).rejects.toThrow(/checkpoint\.safetensors: /);
    const other = fresh();
    await interrupted(other, 3, { concepts: 30 });
    writeFileSync(checkpoint, readFileSync(join(other, 'checkpoint.safetensors')));
    await expect(command({ out, resume: true })).rejects.toThrow(/checkpoint\.safetensors: /);
    const record = join(out, 'run.json');
    for (const [from, to] of [['"status":"unfinished"', '"status":"fine"'], ['"version":1', '"version":2'], ['"concepts":24', '"concepts":-1'], ['{', '']] as const) {
      const text = readFileSync(record, 'utf8');
      writeFileSync(record, text.replace(from, to));
      await expect(command({ out, resume: true }), to).rejects.toThrow(/run\.json: /);
      writeFileSync(record, text);
    }
  });

  it('says what is strange about the rows, and trains on', async () => {
    const few = save('few.npy', 20, 3);
    const bytes = readFileSync(few);
    // Row 19 becomes row 4.
    bytes.copy(bytes, bytes.length - 4 * D, bytes.length - 16 * 4 * D, bytes.length - 15 * 4 * D);
    writeFileSync(few, bytes);
    const report = await command({ embeddings: [few, save('more.npy', 30, 4)], concepts: 64, batch: 10 });
    expect(report.notes?.join('\n')).toMatch(/few\.npy: 1 of 20 rows repeat an earlier one, the first of them row 19\.\n50 rows are fewer than the 64 concepts/);
  });

  it('leaves no folder behind when nothing could be trained', async () => {
    const out = fresh();
    await expect(command({ out, k: 25 })).rejects.toThrow(/k: 25 codes a row are more than 24 concepts/);
    await expect(command({ out, preset: 'best' })).rejects.toThrow(/--preset: there is no preset "best"\. There are: default, /);
    await expect(command({ out, embeddings: ['nowhere.npy'] })).rejects.toThrow(/nowhere\.npy: no such file/);
    expect(existsSync(out)).toBe(false);
  });
});

function pairs(rows: number): string {
  const path = join(folder, 'pairs.csv');
  writeFileSync(path, Array.from({ length: rows }, (_, r) => `${r},${r}`).join('\n'));
  return path;
}
