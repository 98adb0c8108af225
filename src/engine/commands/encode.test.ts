import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeRow } from '../../core/tensor.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { readCsr } from '../../formats/csr.ts';
import { writeNpy } from '../../formats/npy.ts';
import { encodeCommand, type EncodeArguments } from './encode.ts';

const checkpoints = fileURLToPath(new URL('../../../tests/fixtures/checkpoints/', import.meta.url));
const miniClipSae = fileURLToPath(new URL('../../../models/mini-clip-sae', import.meta.url));

interface Expected {
  readonly x: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly codes: { readonly data: readonly number[] };
  readonly recon: { readonly data: readonly number[] };
  readonly calibration?: Expected['x'];
  readonly mean_l0: number;
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'encode-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const expectedOf = (name: string): Expected => JSON.parse(readFileSync(`${checkpoints}${name}/expected.json`, 'utf8')) as Expected;

function save(name: string, shape: readonly number[], data: ArrayLike<number>, dtype: 'float32' | 'float16' = 'float32'): string {
  const path = join(folder, name);
  writeFileSync(path, writeNpy({ dtype, shape, data: Float32Array.from(data) }));
  return path;
}

function command(
  args: Pick<EncodeArguments, 'dictionary' | 'embeddings'> & Partial<EncodeArguments>,
): ReturnType<typeof encodeCommand> {
  return encodeCommand({ backend: 'cpu', norms: 'refuse', out: join(folder, 'codes.npz'), ...args });
}

/** R² from the fixture's own reconstruction, written out from the definition. */
function r2Of({ x, recon }: Expected, perFeature: boolean): number {
  const cols = x.shape[1] ?? 0;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const columnMeans = Array.from({ length: cols }, (_, j) => mean(x.data.filter((__, i) => i % cols === j)));
  const centre = (i: number): number => (perFeature ? (columnMeans[i % cols] ?? NaN) : mean(x.data));
  const error = mean(x.data.map((value, i) => (value - (recon.data[i] ?? NaN)) ** 2));
  return 1 - error / mean(x.data.map((value, i) => (value - centre(i)) ** 2));
}

function unitRows(rows: number, cols: number): Float32Array {
  const data = Float32Array.from({ length: rows * cols }, (_, i) => Math.sin(i * 12.9898) * 2);
  for (let r = 0; r < rows; r++) {
    const row = data.subarray(r * cols, (r + 1) * cols);
    const norm = Math.hypot(...row);
    row.forEach((value, j) => (row[j] = value / norm));
  }
  return data;
}

describe('encode', () => {
  it.each(['saelens/standard_layer_norm', 'saelens/jumprelu_saved_from_batchtopk', 'overcomplete/batch_topk_with_sidecar'])(
    'writes the codes of %s and its metrics',
    async (name) => {
      const expected = expectedOf(name);
      const report = await command({
        dictionary: checkpoints + name,
        embeddings: save('x.npy', expected.x.shape, expected.x.data),
        norms: 'raw',
      });
      expect(report).toMatchObject({ rows: 12, backend: 'cpu' });
      expect(report.l0).toBeCloseTo(expected.mean_l0, 9);
      expect(report.r2).toBeCloseTo(r2Of(expected, false), 4);
      expect(report.r2PerFeature).toBeCloseTo(r2Of(expected, true), 4);
      const codes = await readCsr(bytesSource('codes.npz', readFileSync(join(folder, 'codes.npz'))));
      for (let r = 0; r < codes.rows; r++) {
        const { indices, values } = codeRow(codes, r);
        const row = expected.codes.data.slice(r * codes.cols, (r + 1) * codes.cols);
        expect([...indices]).toEqual(row.flatMap((value, j) => (value > 0 ? [j] : [])));
        indices.forEach((j, e) => expect(values[e]).toBeCloseTo(row[j] ?? NaN, 3));
      }
    },
  );

  it('reads the embedded dictionary, and unit rows of float16 count as unit rows', async () => {
    const embeddings = save('half.npy', [5, 256], unitRows(5, 256), 'float16');
    const report = await command({ dictionary: miniClipSae, embeddings });
    expect(Object.keys(report)).toEqual(['rows', 'l0', 'r2', 'r2PerFeature', 'backend', 'ms']);
    expect(report.rows).toBe(5);
  });

  it('refuses rows whose norm is not 1, names them, and writes nothing', async () => {
    const data = unitRows(6, 256).map((value, i) => (i < 256 || i >= 512 ? value : value * 3));
    const embeddings = save('off.npy', [6, 256], data);
    const out = join(folder, 'none.npz');
    await expect(command({ dictionary: miniClipSae, embeddings, out })).rejects.toThrow(
      /off\.npy: 1 of 6 rows do not have norm 1: row 1 \(3\.000\)\..*--normalise.*--raw/,
    );
    await expect(
      command({
        dictionary: miniClipSae,
        embeddings: save(
          'all.npy',
          [6, 256],
          data.map((value) => value * 2),
        ),
        out,
      }),
    ).rejects.toThrow(/6 of 6 rows.*row 0 \(2\.000\), row 1 \(6\.000\), row 2 \(2\.000\), …/);
    expect(readdirSync(folder)).not.toContain('none.npz');
  });

  it('divides by the norms when told to', async () => {
    const unit = unitRows(4, 256);
    await command({ dictionary: miniClipSae, embeddings: save('unit.npy', [4, 256], unit) });
    const before = await readCsr(bytesSource('a', readFileSync(join(folder, 'codes.npz'))));
    await command({
      dictionary: miniClipSae,
      embeddings: save(
        'long.npy',
        [4, 256],
        unit.map((value) => value * 8),
      ),
      norms: 'normalise',
    });
    const after = await readCsr(bytesSource('b', readFileSync(join(folder, 'codes.npz'))));
    expect(after.indices).toEqual(before.indices);
    after.values.forEach((value, i) => expect(value).toBeCloseTo(before.values[i] ?? NaN, 5));
  });

  it('names the row of zeros that cannot be normalised', async () => {
    const embeddings = save('zero.npy', [2, 256], unitRows(2, 256).fill(0, 256));
    await expect(command({ dictionary: miniClipSae, embeddings, norms: 'normalise' })).rejects.toThrow(/zero\.npy: row 1/);
  });

  it('estimates a missing threshold on calibration embeddings and says so', async () => {
    const expected = expectedOf('overcomplete/batch_topk_without_threshold');
    const embeddings = save('x.npy', expected.x.shape, expected.x.data);
    const calibration = save('c.npy', expected.calibration?.shape ?? [], expected.calibration?.data ?? []);
    const args = {
      dictionary: `${checkpoints}overcomplete/batch_topk_without_threshold/sae.pt`,
      embeddings,
      norms: 'raw',
    } as const;
    await expect(command({ ...args, kind: 'batchtopk', k: 4 })).rejects.toThrow(/sae\.pt: theta: .*Give theta/);
    const report = await command({ ...args, k: 4, calibration });
    expect(report.notes?.join(' ')).toMatch(/θ = 1\.4651.* was estimated on 64/);
    expect(report.l0).toBeCloseTo(expected.mean_l0, 9);
    expect((await command({ ...args, theta: 1.4651346 })).l0).toBeCloseTo(expected.mean_l0, 9);
  });

  it('refuses embeddings of another width, naming their file', async () => {
    await expect(command({ dictionary: miniClipSae, embeddings: save('w.npy', [2, 12], unitRows(2, 12)) })).rejects.toThrow(
      /w\.npy.*12.*256/,
    );
  });

  it.each([
    [{ dictionary: 'nowhere' }, /nowhere: no such file/],
    [{ embeddings: 'nowhere.npy' }, /nowhere\.npy: no such file/],
    [{ out: join('nowhere', 'c.npz') }, /folder to write to does not exist/],
  ])('refuses %j', async (changed, message) => {
    const embeddings = save('ok.npy', [2, 256], unitRows(2, 256));
    await expect(command({ dictionary: miniClipSae, embeddings, ...changed })).rejects.toThrow(message);
  });

  it('keeps an earlier file when it fails, and leaves no temporary one', async () => {
    const out = join(folder, 'kept.npz');
    writeFileSync(out, 'earlier');
    await expect(command({ dictionary: miniClipSae, embeddings: save('w.npy', [2, 12], unitRows(2, 12)), out })).rejects.toThrow();
    expect(readFileSync(out, 'utf8')).toBe('earlier');
    await expect(command({ dictionary: miniClipSae, embeddings: out, out })).rejects.toThrow(/overwrite/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.each(['topk', 'gated'])('on WebGPU says that %s ran on the CPU', async (variant) => {
    const expected = expectedOf(`saelens/${variant}`);
    const embeddings = save('x.npy', expected.x.shape, expected.x.data);
    const report = await command({ dictionary: `${checkpoints}saelens/${variant}`, embeddings, norms: 'raw', backend: 'webgpu' });
    expect(report.backend).toBe('cpu');
    expect(report.notes?.at(-1)).toBe(`${variant} has no GPU kernel: encoded on the CPU`);
    expect(report.l0).toBeCloseTo(expected.mean_l0, 9);
  });
});
