import { parquetReadObjects } from 'hyparquet';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNpy } from '../../formats/npy.ts';
import { metricsCommand, type MetricsArguments, type MetricsCommandReport } from './metrics.ts';

const checkpoints = fileURLToPath(new URL('../../../tests/fixtures/checkpoints/', import.meta.url));
const D = 16;
const C = 48;
interface Dense {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}
/** 12 rows with the codes and reconstructions of SAELens itself. */
const name = 'saelens/jumprelu_saved_from_batchtopk';
const { x, codes, recon } = JSON.parse(readFileSync(`${checkpoints}${name}/expected.json`, 'utf8')) as Record<'x' | 'codes' | 'recon', Dense>;

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'metrics-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows of the fixture as a file. */
function save(file: string, rows: readonly number[]): string {
  const path = join(folder, file);
  const data = Float32Array.from(rows.flatMap((r) => x.data.slice(r * D, (r + 1) * D)));
  writeFileSync(path, writeNpy({ dtype: 'float32', shape: [rows.length, D], data }));
  return path;
}
function savePairs(text: string): string {
  const path = join(folder, 'pairs.csv');
  writeFileSync(path, text);
  return path;
}
const command = (args: Partial<MetricsArguments>): Promise<MetricsCommandReport> => metricsCommand({ dictionary: checkpoints + name, norms: 'raw', backend: 'cpu', ...args });

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const codeOf = (row: number, concept: number): number => codes.data[row * C + concept] ?? Number.NaN;
/** R² with one scalar mean of the reference's own reconstruction of some rows. */
function r2Of(rows: readonly number[]): number {
  const at = rows.flatMap((r) => Array.from({ length: D }, (_, i) => r * D + i));
  const centre = mean(at.map((i) => x.data[i] ?? Number.NaN));
  return 1 - mean(at.map((i) => ((x.data[i] ?? 0) - (recon.data[i] ?? 0)) ** 2)) / (mean(at.map((i) => ((x.data[i] ?? 0) - centre) ** 2)) + 1e-6);
}

const IMAGES = [0, 1, 2, 3, 4];
const TEXTS = [5, 6, 7, 8, 9, 10, 11];

describe('metrics', () => {
  it('are those of the reference codes, modality by modality', async () => {
    const report = await command({ images: save('i.npy', IMAGES), texts: save('t.npy', TEXTS), pairs: savePairs('0,0\n1,1\n1,2\n4,6\n') });
    expect(report.rows).toEqual({ images: 5, texts: 7 });
    expect(report.r2).toBeCloseTo(r2Of([...IMAGES, ...TEXTS]), 5);
    expect(report.r2Image).toBeCloseTo(r2Of(IMAGES), 5);
    expect(report.r2Text).toBeCloseTo(r2Of(TEXTS), 5);
    expect(report.l0).toBeCloseTo(codes.data.filter((value) => value > 0).length / 12, 9);
    for (let i = 0; i < C; i++) {
      const [image, text] = [mean(IMAGES.map((r) => codeOf(r, i))), mean(TEXTS.map((r) => codeOf(r, i)))];
      expect(report.energyImage[i]).toBeCloseTo(image, 4);
      expect(report.energyText[i]).toBeCloseTo(text, 4);
      if (image + text === 0) expect(report.modality[i]).toBeNull();
      else expect(report.modality[i]).toBeCloseTo(image / (image + text), 4);
    }
    expect(report.dead).toBeCloseTo(report.modality.filter((score) => score === null).length / C, 12);
    expect(report.bridge).toMatchObject({ pairs: 4 });
    expect(report.bridgeSum).toBeCloseTo(report.meanReconstructedSimilarity ?? Number.NaN, 9);
    const [bridge] = report.topBridges ?? [];
    if (bridge === undefined) throw new Error('no bridge');
    const pairs = [[0, 5], [1, 6], [1, 7], [4, 11]] as const;
    const coactivation = mean(pairs.map(([a, b]) => codeOf(a, bridge.i) * codeOf(b, bridge.j)));
    // Their part of the bridge that is not the cosine of the two atoms.
    expect(bridge.value / bridge.null).toBeCloseTo(coactivation / (mean(pairs.map(([a]) => codeOf(a, bridge.i))) * mean(pairs.map(([, b]) => codeOf(b, bridge.j)))), 4);
  });

  it('are the same when a GPU sums over concepts, pairs cut anywhere', async () => {
    const args = { images: save('i.npy', IMAGES), texts: save('t.npy', TEXTS), pairs: savePairs('0,0\n1,1\n1,2\n4,6\n') };
    const cpu = await command(args);
    const gpu = await command({ ...args, backend: 'webgpu' }).catch((error: unknown) => {
      // Without a driver there is nothing to compare; the sentence that says so is part of the contract.
      expect(String(error)).toMatch(/--backend webgpu: .*(VK_ICD_FILENAMES|optional package "webgpu")/);
      return null;
    });
    if (gpu === null) return;
    expect(gpu.adapter).toMatch(/./);
    for (const field of ['energyImage', 'energyText'] as const) gpu[field].forEach((value, i) => { expect(value).toBeCloseTo(cpu[field][i] ?? Number.NaN, 6); });
    expect(gpu.bridgeSum).toBeCloseTo(cpu.bridgeSum ?? Number.NaN, 6);
    expect(gpu.topBridges?.map(({ i, j }) => [i, j])).toEqual(cpu.topBridges?.map(({ i, j }) => [i, j]));
    expect(gpu.r2).toBeCloseTo(cpu.r2, 6);
  });

  it('tell of the dictionary itself: ranks between 1 and d, coherence at most 1', async () => {
    const { ranks, coherence } = await command({ images: save('i.npy', IMAGES) });
    expect(ranks.stable).toBeGreaterThanOrEqual(1);
    expect(ranks.effective).toBeGreaterThanOrEqual(ranks.stable);
    expect(ranks.effective).toBeLessThanOrEqual(D);
    expect(coherence.coherence).toBeGreaterThanOrEqual(coherence.mean);
    expect(coherence.coherence).toBeLessThanOrEqual(1);
  });

  it('begin with the fields that other tools read, in their order', async () => {
    const report = await command({ images: save('i.npy', IMAGES), texts: save('t.npy', IMAGES) });
    expect(Object.keys(report).slice(0, 12)).toEqual(['r2', 'r2PerFeature', 'r2Image', 'r2Text', 'l0', 'dead', 'energyImage', 'energyText', 'modality', 'bridgeSum', 'meanReconstructedSimilarity', 'gap']);
    expect(Object.keys(report)[12]).toBe('topBridges');
    expect(Object.keys(report.topBridges?.[0] ?? {})).toEqual(['i', 'j', 'value', 'null']);
    // The same rows on both sides: no gap, every concept is as much of the one as of the other.
    expect(report.gap).toBeCloseTo(0, 9);
    for (const score of report.modality) expect(score === null || Math.abs(score - 0.5) < 1e-9).toBe(true);
  });

  it('row by row is what the list of these pairs gives', async () => {
    const args = { images: save('i.npy', [0, 1, 2, 3, 4, 5]), texts: save('t.npy', [6, 7, 8, 9, 10, 11]) };
    const byRow = await command(args);
    const byList = await command({ ...args, pairs: savePairs('image,text\n0,0\n1,1\n2,2\n3,3\n4,4\n5,5') });
    expect(byList).toEqual(byRow);
  });

  it('of one modality has no bridge, no gap and no modality', async () => {
    const report = await command({ texts: save('t.npy', TEXTS) });
    expect(report).toMatchObject({ r2Image: null, bridgeSum: null, meanReconstructedSimilarity: null, gap: null, topBridges: null, bridge: null, distances: null });
    expect(report.r2Text).toBe(report.r2);
    expect(new Set(report.modality)).toEqual(new Set([null]));
  });

  it('writes both files, which say the same', async () => {
    const out = join(folder, 'out');
    const report = await command({ images: save('i.npy', IMAGES), texts: save('t.npy', TEXTS), pairs: savePairs('0,0'), out });
    expect(JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
    const rows: Record<string, unknown>[] = await parquetReadObjects({ file: Uint8Array.from(readFileSync(join(out, 'concepts.parquet'))).buffer });
    expect(rows.map((row) => row['concept'])).toEqual(Array.from({ length: C }, (_, i) => i));
    expect(rows.map((row) => row['energyImages'])).toEqual(report.energyImage);
    expect(rows.map((row) => row['modality'])).toEqual(report.modality);
    await expect(command({ images: save('i.npy', IMAGES), out })).rejects.toThrow(/out: --out: the folder is in use/);
  });

  it('tells repeated rows, and fewer rows than concepts', async () => {
    const { notes } = await command({ images: save('i.npy', [3, 1, 3, 3]) });
    expect(notes?.join('\n')).toMatch(/i\.npy: 2 of 4 rows repeat an earlier one, the first of them row 2\.\n.*i\.npy: 4 rows are fewer than the 48 concepts/);
  });

  it('reads what other tools wrote, with what they do not say', async () => {
    const args = { images: save('i.npy', IMAGES), dictionary: `${checkpoints}overcomplete/batch_topk_without_threshold` };
    await expect(command(args)).rejects.toThrow(/activation|theta/);
    expect((await command({ ...args, kind: 'batchtopk', theta: 1.4651346 })).l0).toBeGreaterThan(0);
  });

  it.each<[Partial<MetricsArguments>, RegExp]>([
    [{}, /--images: there are no embeddings/],
    [{ images: 'i', texts: 'short' }, /--pairs: 5 images and 4 texts do not match row by row\. Give --pairs/],
    [{ images: 'i', pairs: '0,0' }, /--pairs: pairs join images and texts/],
    [{ images: 'i', texts: 't', pairs: '0,0\n0,7' }, /pairs\.csv: line 2: there is no text row 7: there are 7/],
    [{ images: 'i', texts: 't', pairs: '5,0' }, /pairs\.csv: line 1: there is no image row 5/],
    [{ images: 'i', texts: 't', pairs: 'a cat' }, /pairs\.csv: line 1: this is no pair/],
    [{ images: 'i', norms: 'refuse' }, /i\.npy: 5 of 5 rows do not have norm 1/],
    [{ images: 'i', top: -1 }, /--top: -1 is no number of bridges/],
  ])('refuses %j', async (args, message) => {
    const file = (which: string | undefined): string | undefined => (which === undefined ? undefined : save(`${which}.npy`, which === 'i' ? IMAGES : which === 't' ? TEXTS : [1, 2, 3, 4]));
    const out = join(folder, 'none');
    const given = { ...args, images: file(args.images), texts: file(args.texts), pairs: args.pairs === undefined ? undefined : savePairs(args.pairs), out };
    await expect(command(given)).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });
});
