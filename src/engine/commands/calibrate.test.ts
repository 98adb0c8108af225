import fc from 'fast-check';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encode } from '../../core/encode.ts';
import { matrix } from '../../core/tensor.ts';
import { dictionarySources } from '../../formats/file-source-node.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { writeNpy } from '../../formats/npy.ts';
import { calibrateCommand, type CalibrateArguments, type CalibrateReport } from './calibrate.ts';
import { ThresholdSearch } from './threshold-search.ts';

const checkpoints = fileURLToPath(new URL('../../../tests/fixtures/checkpoints/', import.meta.url));
interface Dense {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}
interface Expected {
  readonly x: Dense;
  readonly calibration: Dense;
  readonly calibrated_threshold: number;
  readonly mean_l0: number;
}
const expectedOf = (name: string): Expected => JSON.parse(readFileSync(`${checkpoints}${name}/expected.json`, 'utf8')) as Expected;

let folder = '';
let count = 0;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'calibrate-'))));
afterAll(() => rmSync(folder, { recursive: true }));
const fresh = (): string => join(folder, `out${(count += 1)}`);

function save(name: string, { shape, data }: Dense): string {
  const path = join(folder, name);
  writeFileSync(path, writeNpy({ dtype: 'float32', shape, data: Float32Array.from(data) }));
  return path;
}

function command(args: Pick<CalibrateArguments, 'dictionary' | 'embeddings'> & Partial<CalibrateArguments>): Promise<CalibrateReport> {
  return calibrateCommand({ norms: 'raw', backend: 'cpu', out: fresh(), ...args });
}

describe('calibrate', () => {
  const lost = 'overcomplete/batch_topk_without_threshold';

  it('finds the threshold that the library would take, and writes a folder that has it', async () => {
    const expected = expectedOf(lost);
    const report = await command({ dictionary: checkpoints + lost, embeddings: [save('c.npy', expected.calibration)], k: 4 });
    expect(report.theta).toBeCloseTo(expected.calibrated_threshold, 5);
    expect(report).toMatchObject({ k: 4, l0: 4, rows: 64, backend: 'cpu' });
    expect(readdirSync(report.out).sort()).toEqual(['cfg.json', 'sae_weights.safetensors']);
    const dictionary = await openDictionary(await dictionarySources(report.out));
    const codes = encode(dictionary, matrix(...expected.x.shape, Float32Array.from(expected.x.data)));
    expect(codes.values.length / codes.rows).toBeCloseTo(expected.mean_l0, 9);
    expect(dictionary.act.kind).toBe('jumprelu');
  });

  it('writes the settings file that belongs beside the state dict', async () => {
    const expected = expectedOf(lost);
    const beside = fresh();
    mkdirSync(beside);
    copyFileSync(`${checkpoints}${lost}/sae.pt`, join(beside, 'sae.pt'));
    const args = { dictionary: beside, embeddings: [save('c.npy', expected.calibration)], out: join(beside, 'config.json') };
    await expect(command(args)).rejects.toThrow(/--k: .*Give --k/);
    const { theta } = await command({ ...args, k: 4 });
    expect((await openDictionary(await dictionarySources(beside))).act).toEqual({ kind: 'batchtopk', k: 4, theta, cmp: '>=' });
    await expect(command({ ...args, dictionary: `${checkpoints}saelens/topk` })).rejects.toThrow(/overcomplete state dict, and this is none/);
  });

  it.each(['saelens/jumprelu_saved_from_batchtopk', 'saelens/topk', 'saelens/standard', 'overcomplete/batch_topk_with_sidecar'])('brings %s to another L0, and says what it replaced', async (name) => {
    const embeddings = [save('x.npy', expectedOf(name).x)];
    const report = await command({ dictionary: checkpoints + name, embeddings, k: 2.5 });
    // 12 rows: 30 codes.
    expect(report.l0).toBe(2.5);
    expect(report.notes?.join(' ')).toMatch(/12 embeddings for 2\.5 codes a row/);
    if (name === 'saelens/topk') expect(report.notes?.join(' ')).toMatch(/TopK dictionary; now one threshold/);
  });

  it('takes rows from several files as one set', async () => {
    const { calibration } = expectedOf(lost);
    const half = calibration.data.length / 2;
    const files = [save('a.npy', { shape: [32, 16], data: calibration.data.slice(0, half) }), save('b.npy', { shape: [32, 16], data: calibration.data.slice(half) })];
    const whole = await command({ dictionary: checkpoints + lost, embeddings: [save('c.npy', calibration)], k: 4 });
    expect((await command({ dictionary: checkpoints + lost, embeddings: files, k: 4 })).theta).toBe(whole.theta);
  });

  it.each<[Partial<CalibrateArguments>, RegExp]>([
    [{ k: 0 }, /--k: 0 codes a row are asked for, of 48/],
    [{ k: 49 }, /--k: 49 codes/],
    [{ k: 47 }, /--k: .*fewer than 47 positive codes/],
    [{ dictionary: `${checkpoints}overcomplete/mp` }, /sae\.pt: encoder.*missing/],
    [{ dictionary: `${checkpoints}saelens/gated` }, /gated dictionary has no threshold/],
    [{ norms: 'refuse' }, /c\.npy: 64 of 64 rows do not have norm 1/],
    [{ embeddings: ['nowhere.npy'] }, /nowhere\.npy: no such file/],
  ])('refuses %j and leaves no file', async (change, message) => {
    const out = fresh();
    const embeddings = [save('c.npy', expectedOf(lost).calibration)];
    await expect(command({ dictionary: checkpoints + lost, embeddings, k: 4, out, ...change })).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });

  it('refuses a folder in use', async () => {
    const embeddings = [save('c.npy', expectedOf(lost).calibration)];
    await expect(command({ dictionary: checkpoints + lost, embeddings, k: 4, out: folder })).rejects.toThrow(/--out: the folder is in use: it has \d+ files/);
    await expect(command({ dictionary: checkpoints + lost, embeddings, k: 4, out: embeddings[0] ?? '' })).rejects.toThrow(/c\.npy: --out: this is a file/);
  });
});

describe('threshold search', () => {
  it('finds the k-th largest and how many reach it, whatever the order and the pieces, and whatever ties', () => {
    const values = fc.array(fc.integer({ min: 0, max: 12 }).map((v) => v / 8), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }), (all, wanted, piece) => {
        const search = new ThresholdSearch(wanted);
        for (let at = 0; at < all.length; at += piece) {
          const part = Float32Array.from(all.slice(at, at + piece));
          search.add({ rows: 1, cols: 1, indptr: new Uint32Array(), indices: new Uint32Array(), values: part });
        }
        const sorted = all.filter((v) => v > 0).sort((a, b) => b - a);
        const theta = sorted[wanted - 1];
        expect(search.finish()).toEqual(theta === undefined ? null : { theta, reached: sorted.filter((v) => v >= theta).length });
      }),
    );
  });
});
