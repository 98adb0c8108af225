import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { writeNpy } from '../formats/npy.ts';
import { run } from './run.ts';

const D = 6;
let folder = '';
let dictionary = '';

async function cli(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(argv, { out: (text) => (out += `${text}\n`), err: (text) => (err += `${text}\n`) });
  return { code, out, err };
}

/** Unit rows; `change` gets them before they are saved. */
function save(name: string, rows: number, change: (data: Float32Array) => void = () => undefined, cols = D): string {
  const random = new Random(rows);
  const data = Float32Array.from({ length: rows * cols }, () => random.normal());
  for (let r = 0; r < rows; r++) {
    const row = data.subarray(r * cols, (r + 1) * cols);
    const norm = Math.hypot(...row);
    row.forEach((value, j) => (row[j] = value / norm));
  }
  change(data);
  const path = join(folder, name);
  writeFileSync(path, writeNpy({ dtype: 'float32', shape: [rows, cols], data }));
  return path;
}

const SIZE = ['--concepts', '12', '--k', '2', '--batch', '16', '--epochs', '2'];
const trainArgs = (out: string, ...embeddings: string[]): string[] => ['train', '--embeddings', embeddings.join(','), ...SIZE, '--out', join(folder, out)];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lab-'));
  dictionary = join(folder, 'dictionary');
  expect(await cli(...trainArgs('dictionary', save('a.npy', 64)), '--json')).toMatchObject({ code: 0, err: '' });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('rows that are no good', () => {
  const cases: [string, (data: Float32Array) => void, RegExp][] = [
    ['NaN', (data) => (data[3 * D + 1] = Number.NaN), /bad\.npy: row 3: holds NaN in column 1/],
    ['infinity', (data) => (data[5 * D] = Infinity), /bad\.npy: row 5: holds Infinity/],
    ['zeros', (data) => data.fill(0, 2 * D, 3 * D), /bad\.npy: row 2: the row is all zeros/],
    ['norms', (data) => data.forEach((value, i) => (data[i] = i < D ? value : value * 3)), /bad\.npy: 39 of 40 rows do not have norm 1: row 1 \(3\.000\).*--normalise.*--raw/],
  ];
  const commands: [string, (file: string) => string[]][] = [
    ['train', (file) => trainArgs('none', file)],
    ['metrics', (file) => ['metrics', '--dictionary', dictionary, '--images', file, '--out', join(folder, 'none')]],
    ['calibrate', (file) => ['calibrate', '--dictionary', dictionary, '--embeddings', file, '--k', '3', '--out', join(folder, 'none')]],
    ['frontier', (file) => ['frontier', '--sweep', 'methods=pca', '--embeddings', file, '--out', join(folder, 'none')]],
  ];
  it.each(commands.flatMap(([name, argv]) => cases.map(([what, change, message]) => ({ name, argv, what, change, message }))))('$name says in a sentence what is wrong: $what', async ({ argv, change, message }) => {
    const { code, out, err } = await cli(...argv(save('bad.npy', 40, change)), '--json');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it('a row of zeros is refused by train whatever is said about norms', async () => {
    const file = save('bad.npy', 40, (data) => data.fill(0, 0, D));
    for (const flag of ['--raw', '--normalise']) expect((await cli(...trainArgs('none', file), flag)).err).toMatch(/row 0: the row is all zeros/);
  });

  it('rows off the unit sphere are taken when asked for', async () => {
    const file = save('long.npy', 40, (data) => data.forEach((value, i) => (data[i] = value * 3)));
    expect((await cli(...trainArgs('raw', file), '--raw')).code).toBe(0);
    const { code, out } = await cli(...trainArgs('unit', file), '--normalise', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(out) as { both: { r2: number } }).both.r2).toBeLessThanOrEqual(1);
  });
});

describe('options and files that do not go together', () => {
  it.each<[string, () => string[], RegExp]>([
    ['k above c', () => [...trainArgs('none', join(folder, 'a.npy')), '--k', '13'], /k: 13 codes a row are more than 12 concepts/],
    ['no whole number', () => [...trainArgs('none', join(folder, 'a.npy')), '--concepts', '1.5'], /concepts/],
    ['a batch above n', () => [...trainArgs('none', join(folder, 'a.npy')), '--batch', '65'], /batch: a batch of 65 does not fit in 64 rows/],
    ['an unknown method', () => [...trainArgs('none', join(folder, 'a.npy')), '--method', 'ica'], /--method: "ica" is not one of batchtopk/],
    ['an unknown preset', () => [...trainArgs('none', join(folder, 'a.npy')), '--preset', 'fast'], /--preset: there is no preset "fast"/],
    ['different widths', () => trainArgs('none', join(folder, 'a.npy'), save('wide.npy', 20, undefined, 9)), /wide\.npy: its rows have 9 dimensions, those of .*a\.npy have 6/],
    ['the same file twice', () => trainArgs('none', join(folder, 'a.npy'), join(folder, 'a.npy')), /a\.npy: --embeddings: the file is given twice/],
    ['an empty name', () => trainArgs('none', join(folder, 'a.npy'), ''), /--embeddings: there is an empty name/],
    ['a missing file', () => trainArgs('none', join(folder, 'nowhere.npy')), /nowhere\.npy: no such file/],
    ['a folder in use', () => trainArgs('dictionary', join(folder, 'a.npy')), /dictionary: --out: the folder is in use: it has 3 files.*Give --resume/],
    ['a file for a folder', () => trainArgs('a.npy', join(folder, 'a.npy')), /a\.npy: --out: this is a file/],
    ['metrics of another model', () => ['metrics', '--dictionary', dictionary, '--images', save('wide.npy', 20, undefined, 9)], /wide\.npy: .*embeddings have 9 dimensions and the dictionary takes 6/],
    ['metrics without rows', () => ['metrics', '--dictionary', dictionary], /--images: there are no embeddings/],
    ['unequal counts', () => ['metrics', '--dictionary', dictionary, '--images', save('i.npy', 20), '--texts', save('t.npy', 21)], /--pairs: 20 images and 21 texts do not match row by row/],
    ['a pair that is not there', () => ['metrics', '--dictionary', dictionary, '--images', save('i.npy', 20), '--texts', save('t.npy', 21), '--pairs', pairs('0,0\n20,0')], /pairs\.csv: line 2: there is no image row 20/],
    ['a list that is none', () => ['metrics', '--dictionary', dictionary, '--images', save('i.npy', 20), '--texts', save('t.npy', 21), '--pairs', pairs('0;x')], /pairs\.csv: line 1: this is no pair/],
    ['a folder without a dictionary', () => ['metrics', '--dictionary', folder, '--images', join(folder, 'a.npy')], /the folder holds no dictionary file/],
    ['codes of another dictionary', () => ['decode', '--dictionary', dictionary, '--codes', join(folder, 'a.npy'), '--out', join(folder, 'x.npy')], /a\.npy/],
    ['a sweep that is none', () => ['frontier', '--sweep', 'methods=ica', '--embeddings', join(folder, 'a.npy'), '--out', join(folder, 'none')], /--sweep: "ica" is no method/],
    ['a sweep of which one run cannot be', () => ['frontier', '--sweep', 'methods=topk;k=2,9;concepts=8', '--embeddings', join(folder, 'a.npy'), '--out', join(folder, 'none')], /topk-c8-k9-s0: k: 9 codes a row are more than 8 concepts/],
    ['stability of one', () => ['stability', '--a', dictionary], /--b: this option is needed/],
    ['more than all concepts', () => ['stability', '--a', dictionary, '--b', dictionary, '--top', '13'], /--top: the top 13 of 12 concepts/],
  ])('%s: exit code 2, one sentence, nothing written', async (_, argv, message) => {
    const { code, out, err } = await cli(...argv());
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('Ctrl+C', () => {
  it('ends a training with a checkpoint, says how to go on, and exits with 130', async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const argv = ['train', '--embeddings', join(folder, 'a.npy'), '--concepts', '12', '--k', '2', '--batch', '16', '--epochs', '100000', '--out', join(folder, 'stopped')];
    const program = spawn(process.execPath, ['--import', 'tsx', '--import', './src/cli/wgsl-loader.mjs', 'src/cli/main.ts', ...argv], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    // A second one would end it at once.
    let stopping = false;
    program.stderr.on('data', (text: Buffer) => {
      err += text.toString();
      if (err.includes('train:') && !stopping) stopping = program.kill('SIGINT');
    });
    const code = await new Promise((resolve) => program.on('close', resolve));
    expect(err).toMatch(/Stopped at step \d+ of 400000; the checkpoint is in .*stopped\. Run it again with --resume to go on\.\n$/);
    expect(code).toBe(130);
    expect(readdirSync(join(folder, 'stopped')).sort()).toEqual(['checkpoint.safetensors', 'run.json']);
  }, 60_000);
});

describe('from end to end', () => {
  it('trains, encodes, decodes and measures to the same numbers', async () => {
    const file = join(folder, 'a.npy');
    const [codes, back] = [join(folder, 'codes.npz'), join(folder, 'back.npy')];
    const encoded = JSON.parse((await cli('encode', '--dictionary', dictionary, '--embeddings', file, '--out', codes, '--json')).out) as { l0: number; r2: number };
    expect(JSON.parse((await cli('decode', '--dictionary', dictionary, '--codes', codes, '--out', back, '--json')).out)).toMatchObject({ rows: 64, dimensions: D });
    const measured = JSON.parse((await cli('metrics', '--dictionary', dictionary, '--images', file, '--json')).out) as { l0: number; r2: number };
    expect(measured.l0).toBeCloseTo(encoded.l0, 9);
    expect(measured.r2).toBeCloseTo(encoded.r2, 5);
    const { both } = JSON.parse((await cli(...trainArgs('dictionary', file), '--resume', '--json')).out) as { both: { l0: number; r2: number } };
    expect([both.l0, both.r2]).toEqual([measured.l0, measured.r2]);
  });

  it('a frontier has a point a run and side, and goes on where it was', async () => {
    const out = join(folder, 'frontier');
    const argv = ['frontier', '--sweep', 'methods=batchtopk,pca,kmeans;k=1,2;concepts=10', '--embeddings', `${save('i.npy', 40)},${save('t.npy', 30)}`, '--epochs', '2', '--batch', '10', '--out', out];
    const { code, out: json } = await cli(...argv, '--json');
    expect(code).toBe(0);
    const { points } = JSON.parse(json) as { points: { run: string }[] };
    expect(points.map(({ run: name }) => name)).toEqual(['batchtopk-c10-k1-s0', 'batchtopk-c10-k2-s0', 'pca-c10-k1-s0', 'pca-c10-k2-s0', 'kmeans-c10-k1-s0', 'kmeans-c10-k2-s0']);
    const csv = readFileSync(join(out, 'frontier.csv'), 'utf8').trim().split('\r\n');
    expect(csv).toHaveLength(1 + 3 * points.length);
    expect((await cli(...argv)).err).toMatch(/frontier: --out: the folder is in use.*Give --resume/);
    // One run is gone, another one was stopped before its first checkpoint.
    rmSync(join(out, 'runs', 'pca-c10-k2-s0'), { recursive: true });
    const stopped = join(out, 'runs', 'batchtopk-c10-k1-s0');
    for (const name of readdirSync(stopped)) if (name !== 'run.json') rmSync(join(stopped, name));
    const record = join(stopped, 'run.json');
    writeFileSync(record, readFileSync(record, 'utf8').replace('"status":"done"', '"status":"unfinished"'));
    const again = JSON.parse((await cli(...argv, '--resume', '--json')).out) as { points: Record<string, unknown>[]; notes: string[] };
    expect(again.notes).toContain('4 of 6 runs were done already.');
    const without = (list: readonly Record<string, unknown>[]): unknown[] => list.map((point) => ({ ...point, seconds: 0 }));
    expect(without(again.points)).toEqual(without(points));
  });

  it('what is in a folder is never overwritten by another command', async () => {
    const used = join(folder, 'used');
    mkdirSync(used);
    writeFileSync(join(used, 'thesis.tex'), 'precious');
    const file = join(folder, 'a.npy');
    for (const argv of [trainArgs('used', file), [...trainArgs('used', file), '--resume'], ['frontier', '--sweep', 'methods=pca', '--embeddings', file, '--out', used, '--resume'], ['calibrate', '--dictionary', dictionary, '--embeddings', file, '--k', '2', '--out', used], ['metrics', '--dictionary', dictionary, '--images', file, '--out', used]]) {
      expect((await cli(...argv)).code, argv.join(' ')).toBe(2);
    }
    expect(readdirSync(used)).toEqual(['thesis.tex']);
  });
});

function pairs(text: string): string {
  const path = join(folder, 'pairs.csv');
  writeFileSync(path, text);
  return path;
}
