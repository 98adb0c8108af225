import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../../core/decode.ts';
import { encode } from '../../core/encode.ts';
import { codeRow, matrix, type SparseCodes } from '../../core/tensor.ts';
import { dictionarySources } from '../../formats/file-source-node.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { writeNpy } from '../../formats/npy.ts';
import { exportCommand } from './export.ts';
import { importCommand, type ImportArguments } from './import.ts';

const checkpoints = fileURLToPath(new URL('../../../tests/fixtures/checkpoints/', import.meta.url));
interface Dense {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}
interface Expected {
  readonly x: Dense;
  readonly codes: Dense;
  readonly recon: Dense;
  readonly calibration?: Dense;
  readonly calibrated_threshold?: number;
}
const expectedOf = (name: string): Expected => JSON.parse(readFileSync(`${checkpoints}${name}/expected.json`, 'utf8')) as Expected;

let folder = '';
let made = 0;
const fresh = (): string => join(folder, String(made++));
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'import-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const dense = (codes: SparseCodes): number[] => Array.from({ length: codes.rows }, (_, r) => {
  const row = new Array<number>(codes.cols).fill(0);
  const { indices, values } = codeRow(codes, r);
  indices.forEach((i, e) => (row[i] = values[e] ?? 0));
  return row;
}).flat();

/** The folder's dictionary codes and reconstructs the tool's own rows as the tool does. */
async function expectSame(out: string, { x, codes, recon }: Expected): Promise<void> {
  const dictionary = await openDictionary(await dictionarySources(out));
  const rows = matrix(x.shape[0], x.shape[1], Float32Array.from(x.data));
  const z = encode(dictionary, rows);
  const worst = (a: ArrayLike<number>, b: readonly number[]): number => b.reduce((most, value, i) => Math.max(most, Math.abs(value - (a[i] ?? NaN))), 0);
  expect(worst(dense(z), codes.data)).toBeLessThan(2e-5);
  expect(worst(decode(dictionary, z, rows).data, recon.data)).toBeLessThan(2e-5);
}

const args = (name: string, change: Partial<ImportArguments> = {}): ImportArguments => ({ from: checkpoints + name, norms: 'raw', out: fresh(), ...change });

describe('import', () => {
  it.each([
    ['saelens/standard', {}, { format: 'saelens', activation: 'relu' }],
    ['dictionary_learning/batch_top_k', {}, { format: 'dictionary_learning', activation: 'batchtopk', comparator: '>' }],
    ['dictionary_learning/gated', {}, { activation: 'gated' }],
    ['overcomplete/topk_fp16', { k: 4 }, { format: 'overcomplete', activation: 'topk', k: 4 }],
    ['sparsify/groupmax', {}, { format: 'sparsify', activation: 'groupmax' }],
    ['saev/topk', {}, { format: 'saev', activation: 'topk' }],
    ['openai/relu', {}, { format: 'openai', activation: 'relu' }],
  ] as const)('%s comes out with the same codes and reconstructions', async (name, change, said) => {
    const given = args(name, change);
    const report = await importCommand(given);
    expect(report).toMatchObject({ ...said, dimensions: 16 });
    expect(readdirSync(given.out ?? '').sort()).toEqual([...report.files].sort());
    await expectSame(given.out ?? '', expectedOf(name));
  });

  it('estimates a missing θ on embeddings, and says so', async () => {
    const name = 'overcomplete/batch_topk_without_threshold';
    const { calibration, calibrated_threshold: theta } = expectedOf(name);
    const x = calibration ?? expect.fail('the fixture has embeddings');
    const path = join(folder, 'calibration.npy');
    writeFileSync(path, writeNpy({ dtype: 'float32', shape: x.shape, data: Float32Array.from(x.data) }));
    const report = await importCommand(args(name, { k: 4, kind: 'batchtopk', calibration: path }));
    expect(report.threshold).toBeCloseTo(theta ?? NaN, 5);
    expect(report.notes.join(' ')).toMatch(/estimated/u);
  });

  it('only looks without a folder to write, and writes nothing when it refuses', async () => {
    expect(await importCommand({ ...args('saelens/standard'), out: undefined })).toMatchObject({ out: null, files: [] });
    const given = args('overcomplete/batch_topk_without_threshold');
    await expect(importCommand(given)).rejects.toMatchObject({ place: { fix: expect.stringMatching(/theta|threshold/u) as string } });
    expect(existsSync(given.out ?? '')).toBe(false);
    await expect(importCommand({ ...args('saelens/standard'), out: checkpoints })).rejects.toThrow('in use');
    await expect(importCommand(args('saelens/standard', { format: 'msae' }))).rejects.toThrow();
  });
});

describe('export', () => {
  it.each(['overcomplete/topk_fp16', 'overcomplete/batch_topk_with_sidecar', 'overcomplete/jump', 'overcomplete/mp'])('%s goes to overcomplete’s names and back', async (name) => {
    if (!existsSync(checkpoints + name)) return expect.fail(`${name} is a fixture`);
    const out = fresh();
    const kind = name.endsWith('/mp') ? 'mp' : undefined;
    const k = name.endsWith('/mp') || name.endsWith('fp16') ? 4 : undefined;
    const { files } = await exportCommand({ dictionary: checkpoints + name, to: 'overcomplete', norms: 'raw', out, kind, k });
    expect([...files].sort()).toEqual(['config.json', 'sae.safetensors']);
    await expectSame(out, expectedOf(name));
  });
  it('writes SAELens’ folder, and refuses what a tool has no place for', async () => {
    const out = fresh();
    await exportCommand({ dictionary: `${checkpoints}dictionary_learning/topk`, to: 'saelens', norms: 'raw', out });
    await expectSame(out, expectedOf('dictionary_learning/topk'));
    const refused = fresh();
    await expect(exportCommand({ dictionary: `${checkpoints}saelens/standard`, to: 'overcomplete', norms: 'raw', out: refused })).rejects.toThrow('decoder bias');
    expect(existsSync(refused)).toBe(false);
  });
});
