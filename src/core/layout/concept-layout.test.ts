import { describe, expect, it } from 'vitest';
import { rowOf, type Matrix } from '../tensor.ts';
import { denseProduct } from '../training/dense-product.ts';
import { uninterrupted } from '../work.ts';
import { conceptLayout, rowLayout } from './concept-layout.ts';
import { principalLayout } from './pca.ts';
import { clusters } from './testing.ts';
import type { Dictionary } from '../dictionary.ts';

const c = 40;

function concepts(atoms: Matrix): { dictionary: Dictionary; energy: Float64Array; modality: Float64Array } {
  const none = new Float32Array(0);
  const dictionary: Dictionary = {
    d: atoms.cols,
    c: atoms.rows,
    W_enc: none,
    b_enc: none,
    W_dec: atoms.data,
    b_dec: new Float32Array(atoms.cols),
    b_pre: new Float32Array(atoms.cols),
    act: { kind: 'mp', k: 1 },
    norm: { kind: 'none' },
    notes: [],
    source: 'test',
  };
  return { dictionary, energy: Float64Array.from({ length: c }, (_, i) => 10 ** -(i % 5)), modality: Float64Array.from({ length: c }, (_, i) => i / (c - 1)) };
}

const atoms = clusters(c, 8, 4, 0.4, 1);

describe('conceptLayout', () => {
  it('of modality × energy has the modality score from left to right and log energy from bottom to top', async () => {
    const input = concepts(atoms);
    input.energy[3] = 0;
    input.energy[4] = Number.NaN;
    input.modality[5] = Number.NaN;
    const places = await conceptLayout('modality-energy', input, 1, uninterrupted);
    for (let i = 0; i < c; i++) {
      const expected = i >= 3 && i <= 5 ? [Number.NaN, Number.NaN] : [expect.closeTo((2 * i) / (c - 1) - 1, 6), expect.closeTo(1 - (i % 5) / 2, 6)];
      expect(Array.from(places.subarray(2 * i, 2 * i + 2)), `concept ${i}`).toEqual(expected);
    }
  });

  it('of modality × energy puts concepts of one energy in the middle', async () => {
    const places = await conceptLayout('modality-energy', { ...concepts(atoms), energy: new Float64Array(c).fill(0.25) }, 1, uninterrupted);
    expect(places.filter((_, at) => at % 2 === 1)).toEqual(new Float32Array(c));
  });

  it('of principal axes takes energies as weights only where it says so', async () => {
    const input = concepts(atoms);
    expect(await conceptLayout('pca', input, 1, uninterrupted)).toEqual(await principalLayout(atoms));
    const weighted = await conceptLayout('energy-pca', input, 1, uninterrupted);
    expect(weighted).toEqual(await principalLayout(atoms, input.energy));
    expect(weighted).not.toEqual(await principalLayout(atoms));
  });

  it('of UMAP is the same for any product, repeats, and has no place for atoms of zeros', async () => {
    const holed = { ...atoms, data: atoms.data.slice() };
    rowOf(holed, 7).fill(0);
    const input = concepts(holed);
    const places = await conceptLayout('umap', input, 1, uninterrupted);
    const product = async (...args: Parameters<typeof denseProduct>): Promise<void> => denseProduct(...args);
    expect(await conceptLayout('umap', input, 1, uninterrupted, product)).toEqual(places);
    expect(await conceptLayout('umap', input, 2, uninterrupted)).not.toEqual(places);
    expect(places.every((value, at) => (at >> 1 === 7 ? Number.isNaN(value) : Math.abs(value) <= 1))).toBe(true);
  });
});

describe('rowLayout', () => {
  it('lays rows out as it does atoms, with progress that rises from 0 to 1', async () => {
    const shares: number[] = [];
    const places = await rowLayout('umap', atoms, 1, { ...uninterrupted, progress: (done, total) => shares.push(done / total) });
    expect(places).toEqual(await conceptLayout('umap', concepts(atoms), 1, uninterrupted));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeCloseTo(1, 10);
    expect(await rowLayout('pca', atoms, 1, uninterrupted)).toEqual(await principalLayout(atoms));
  });
});
