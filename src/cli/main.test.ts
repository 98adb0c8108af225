import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeRow } from '../core/tensor.ts';
import { bytesSource } from '../formats/byte-source.ts';
import { readCsr } from '../formats/csr.ts';
import { writeNpy } from '../formats/npy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LOADERS = ['--import', 'tsx', '--import', './src/cli/wgsl-loader.mjs'];

interface Expected {
  readonly x: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly codes: { readonly data: readonly number[] };
}

/** Runs Node as package.json's `cli` script does. */
function node(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...LOADERS, ...args], { cwd: root, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the CLI as a process', () => {
  it('encode: one JSON object on stdout and the file, or nothing of both', async () => {
    const embeddings = join(folder, 'x.npy');
    writeFileSync(
      embeddings,
      writeNpy({ dtype: 'float32', shape: [2, 16], data: Float32Array.from({ length: 32 }, (_, i) => Math.cos(i)) }),
    );
    const out = join(folder, 'codes.npz');
    const args = [
      'src/cli/main.ts',
      'encode',
      '--dictionary',
      'tests/fixtures/checkpoints/saelens/topk',
      '--embeddings',
      embeddings,
      '--out',
      out,
      '--json',
    ];
    const refused = await node(args);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/x\.npy: 2 of 2 rows do not have norm 1/);
    expect(existsSync(out)).toBe(false);
    const { code, stdout } = await node([...args, '--raw']);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').length).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      rows: 2,
      l0: expect.any(Number),
      r2: expect.any(Number),
      r2PerFeature: expect.any(Number),
      backend: 'cpu',
      ms: expect.any(Number),
    });
    expect(existsSync(out)).toBe(true);
  });

  it('encodes on WebGPU what the tool itself gives, or says in a sentence that there is no driver', async () => {
    const folderOf = 'tests/fixtures/checkpoints/saelens/jumprelu_saved_from_batchtopk';
    const expected = JSON.parse(readFileSync(join(root, folderOf, 'expected.json'), 'utf8')) as Expected;
    const embeddings = join(folder, 'gpu.npy');
    writeFileSync(embeddings, writeNpy({ dtype: 'float32', shape: expected.x.shape, data: Float32Array.from(expected.x.data) }));
    const out = join(folder, 'gpu.npz');
    const args = ['--dictionary', folderOf, '--embeddings', embeddings, '--raw', '--backend', 'webgpu', '--out', out, '--json'];
    const { code, stdout, stderr } = await node(['src/cli/main.ts', 'encode', ...args]);
    if (code !== 0) {
      console.warn(`main.test.ts: no WebGPU in Node here, its refusal was tested instead: ${stderr.trim()}`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/--backend webgpu: .*(VK_ICD_FILENAMES|optional package "webgpu")/);
      return;
    }
    expect(JSON.parse(stdout)).toMatchObject({ rows: 12, backend: 'webgpu', adapter: expect.stringMatching(/./) });
    const codes = await readCsr(bytesSource('gpu.npz', readFileSync(out)));
    const dense = new Float32Array(codes.rows * codes.cols);
    for (let r = 0; r < codes.rows; r++) {
      const { indices, values } = codeRow(codes, r);
      indices.forEach((index, e) => (dense[r * codes.cols + index] = values[e] ?? NaN));
    }
    expected.codes.data.forEach((value, i) => expect(Math.abs((dense[i] ?? NaN) - value)).toBeLessThanOrEqual(2e-4 + 1e-4 * value));
  }, 240_000);

  it('without a driver says so, names VK_ICD_FILENAMES, and exits with 2', async () => {
    const embeddings = join(folder, 'none.npy');
    writeFileSync(embeddings, writeNpy({ dtype: 'float32', shape: [1, 16], data: new Float32Array(16).fill(0.25) }));
    const args = [
      '--dictionary',
      'tests/fixtures/checkpoints/saelens/standard',
      '--embeddings',
      embeddings,
      '--backend',
      'webgpu',
      '--out',
      join(folder, 'n.npz'),
    ];
    const { code, stdout, stderr } = await node(['src/cli/main.ts', 'encode', ...args], {
      VK_ICD_FILENAMES: join(folder, 'none.json'),
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/--backend webgpu: .*(VK_ICD_FILENAMES|optional package "webgpu")/);
  });

  it('imports a real .wgsl?raw file as Vite does', async () => {
    const program =
      "const { default: source } = await import('./src/gpu/kernels/encode/encode.wgsl?raw'); process.stdout.write(source);";
    const { code, stdout } = await node(['--input-type=module', '--eval', program]);
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(join(root, 'src/gpu/kernels/encode/encode.wgsl'), 'utf8'));
  });
});
