import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNpy } from '../formats/npy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LOADERS = ['--import', 'tsx', '--import', './src/cli/wgsl-loader.mjs'];

/** Runs Node as package.json's `cli` script does. */
function node(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...LOADERS, ...args], { cwd: root }, (error, stdout, stderr) => {
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
    const refused = await node(...args);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/x\.npy: 2 of 2 rows do not have norm 1/);
    expect(existsSync(out)).toBe(false);
    const { code, stdout } = await node(...args, '--raw');
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

  it('imports a real .wgsl?raw file as Vite does', async () => {
    const program =
      "const { default: source } = await import('./src/gpu/kernels/encode/encode.wgsl?raw'); process.stdout.write(source);";
    const { code, stdout } = await node('--input-type=module', '--eval', program);
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(join(root, 'src/gpu/kernels/encode/encode.wgsl'), 'utf8'));
  });
});
