import { parquetReadObjects } from 'hyparquet';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dictionary } from '../../core/dictionary.ts';
import { Random } from '../../core/random.ts';
import { writeNpy } from '../../formats/npy.ts';
import { dictionaryFiles } from '../../formats/writers/native.ts';
import { writeFolder } from './folder.ts';
import { stabilityCommand, type StabilityArguments, type StabilityReport } from './stability.ts';
import { trainCommand } from './train.ts';

const D = 24;
const C = 10;
let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'stability-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** A ReLU dictionary with these atoms, its encoder the same ones. */
async function save(name: string, atoms: readonly (readonly number[])[]): Promise<string> {
  const [c, d] = [atoms.length, atoms[0]?.length ?? 0];
  const W_enc = Float32Array.from({ length: c * d }, (_, at) => atoms[at % c]?.[Math.floor(at / c)] ?? 0);
  const dictionary: Dictionary = { d, c, W_enc, b_enc: new Float32Array(c), W_dec: Float32Array.from(atoms.flat()), b_dec: new Float32Array(d), b_pre: new Float32Array(d), act: { kind: 'relu' }, norm: { kind: 'none' }, notes: [], source: 'test' };
  await writeFolder(join(folder, name), dictionaryFiles(dictionary));
  return join(folder, name);
}

/** Unit atoms, far from each other. */
function atoms(seed: number, count = C, d = D): number[][] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const atom = Array.from({ length: d }, () => random.normal());
    const norm = Math.hypot(...atom);
    return atom.map((value) => value / norm);
  });
}

const command = (args: Pick<StabilityArguments, 'a' | 'b'> & Partial<StabilityArguments>): Promise<StabilityReport> =>
  stabilityCommand({ norms: 'raw', backend: 'cpu', seed: 0, signal: new AbortController().signal, onProgress: () => undefined, ...args });

describe('stability', () => {
  it('is 1 for the same concepts in another order, and says which is which', async () => {
    const own = atoms(1);
    const [a, b] = [await save('a', own), await save('b', own.toReversed())];
    const report = await command({ a, b: [b] });
    expect(report.stability).toBeCloseTo(1, 6);
    expect(report.matches).toEqual([Array.from({ length: C }, (_, i) => C - 1 - i)]);
    expect(report).toMatchObject({ exact: true, gap: 0, topStability: null, curve: null, energy: null });
    expect(report.random.mean).toBeLessThan(0.8);
  });

  it('counts each concept by itself, and each of several dictionaries', async () => {
    const own = atoms(2);
    // The last four are turned by 60 degrees in a plane with a direction of their own.
    const turned = own.map((atom, i) => {
      if (i < 6) return atom;
      const other = atoms(50 + i, 1)[0] ?? [];
      const dot = atom.reduce((sum, value, j) => sum + value * (other[j] ?? 0), 0);
      const apart = other.map((value, j) => value - dot * (atom[j] ?? 0));
      const norm = Math.hypot(...apart);
      return atom.map((value, j) => 0.5 * value + (Math.sqrt(0.75) * (apart[j] ?? 0)) / norm);
    });
    const [a, b, c] = [await save('a', own), await save('b', own), await save('c', turned)];
    const report = await command({ a, b: [b, c] });
    report.perConcept.forEach((value, i) => { expect(value).toBeCloseTo(i < 6 ? 1 : 0.75, 5); });
    expect(report.mean[0]).toBeCloseTo(1, 6);
    expect(report.mean[1]).toBeCloseTo(0.8, 5);
    expect(report.stability).toBeCloseTo(0.9, 5);
  });

  it('of the top concepts by energy measured on embeddings', async () => {
    const own = atoms(3);
    const mixed = [...own.slice(0, 2), ...atoms(4, 8)];
    // Rows along the first two atoms: they have nearly all of the energy.
    const rows = Float32Array.from([...(own[0] ?? []), ...(own[1] ?? []), ...(own[0] ?? [])]);
    const file = join(folder, 'x.npy');
    writeFileSync(file, writeNpy({ dtype: 'float32', shape: [3, D], data: rows }));
    const out = join(folder, 'out');
    const report = await command({ a: await save('a', own), b: [await save('b', mixed)], top: 2, embeddings: [file], out });
    expect(report.topStability).toBeCloseTo(1, 6);
    expect(report.stability).toBeLessThan(0.9);
    expect(report.energy?.[0]).toBeCloseTo((2 + Math.max(0, (own[0] ?? []).reduce((sum, value, j) => sum + value * (own[1]?.[j] ?? 0), 0))) / 3, 5);
    expect(report.curve?.at(-1)?.stability).toBeCloseTo(report.stability, 9);
    expect(JSON.parse(readFileSync(join(out, 'stability.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
    const table: Record<string, unknown>[] = await parquetReadObjects({ file: Uint8Array.from(readFileSync(join(out, 'concepts.parquet'))).buffer });
    expect(table.map((row) => row['stability'])).toEqual(report.perConcept);
    expect(table.map((row) => row['energy'])).toEqual(report.energy);
  });

  it('knows the energies of what train wrote', async () => {
    const random = new Random(7);
    const data = Float32Array.from({ length: 60 * 6 }, () => random.normal());
    const file = join(folder, 'train.npy');
    writeFileSync(file, writeNpy({ dtype: 'float32', shape: [60, 6], data }));
    const train = async (seed: number): Promise<string> => {
      const out = join(folder, `seed${seed}`);
      await trainCommand({ embeddings: [file], method: 'topk', concepts: 8, k: 2, epochs: 2, batch: 20, seed, norms: 'raw', backend: 'cpu', out, resume: false, signal: new AbortController().signal, onProgress: () => undefined });
      return out;
    };
    const [a, b] = [await train(0), await train(1)];
    const known = await command({ a, b: [b], top: 3 });
    const measured = await command({ a, b: [b], top: 3, embeddings: [file] });
    expect(known.energy).toEqual(measured.energy);
    expect(known.topStability).toBe(measured.topStability);
  });

  it('says what it needs', async () => {
    const [a, b] = [await save('a', atoms(1)), await save('narrow', atoms(1, 4, 12))];
    await expect(command({ a, b: [a], top: 2 })).rejects.toThrow(/a: --top: the energies of its concepts are not known\. Give --embeddings/);
    await expect(command({ a, b: [b] })).rejects.toThrow(/narrow: its concepts have 12 dimensions, those of .*a have 24/);
    await expect(command({ a, b: ['nowhere'] })).rejects.toThrow(/nowhere: no such file/);
    const gallery = fileURLToPath(new URL('../../../models/mini-clip-sae', import.meta.url));
    await expect(command({ a, b: [gallery] })).rejects.toThrow(/256 dimensions/);
  });
});
