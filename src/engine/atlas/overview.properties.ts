/** What the atlas of a planted dictionary has to say, for sets of any size. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dictionary } from '../../core/dictionary.ts';
import { decode } from '../../core/decode.ts';
import { energy, modalityScore } from '../../core/metrics.ts';
import { codeRow, type Matrix, type SparseCodes } from '../../core/tensor.ts';
import { uninterrupted } from '../../core/work.ts';
import { measurePack, overview } from './overview.ts';
import type { PackRows, PackSide } from './pack-rows.ts';
import { bridgeFacts } from './pair-facts.ts';
import type { Atlas } from './protocol.ts';

/** Which modality a planted atom belongs to, as the planted benchmark numbers it. */
export const [IMAGE, TEXT, SHARED] = [0, 1, 2] as const;
export interface Planted {
  readonly rows: PackRows;
  readonly kind: ArrayLike<number>;
}

export function dictionaryOf(atoms: Matrix): Dictionary {
  const { rows: c, cols: d, data } = atoms;
  const zeros = (n: number): Float32Array => new Float32Array(n);
  return { c, d, W_enc: zeros(d * c), b_enc: zeros(c), W_dec: data, b_dec: zeros(d), b_pre: zeros(d), act: { kind: 'relu' }, norm: { kind: 'none' }, notes: [], source: 'planted' };
}

export function pack(dictionary: Dictionary, images: { x: Matrix; codes: SparseCodes }, texts: { x: Matrix; codes: SparseCodes }): PackRows {
  const side = ({ x, codes }: { x: Matrix; codes: SparseCodes }): PackSide => ({ x, codes, reconstruction: decode(dictionary, codes, x) });
  return { dictionary, images: side(images), texts: side(texts), samples: { images: [], texts: [], pairs: [] }, pairs: Uint32Array.from({ length: 2 * images.x.rows }, (_, at) => at >>> 1) };
}

export function atlasOfPlanted(name: string, make: () => Promise<Planted>): void {
  describe(`the atlas of ${name}`, () => {
    let planted: Planted;
    let atlas: Atlas;
    let metrics: Awaited<ReturnType<typeof measurePack>>;
    beforeAll(async () => {
      planted = await make();
      metrics = await measurePack(planted.rows, uninterrupted);
      atlas = overview(planted.rows, metrics);
    });

    it('puts image-only, text-only and shared atoms where they belong', () => {
      const { kind, rows } = planted;
      const scores = modalityScore(energy(rows.images.codes), energy(rows.texts.codes));
      scores.forEach((score, i) => {
        if (kind[i] === SHARED) expect(Math.abs(score - 0.5)).toBeLessThan(0.12);
        else expect(score).toBe(kind[i] === IMAGE ? 1 : 0);
      });
      // A concept of one modality tells the modalities apart where it is active; a shared one is at chance.
      const accuracy = (of: number): number => {
        const own = [...atlas.classifierAccuracy].filter((_, i) => kind[i] === of);
        return own.reduce((a, b) => a + b, 0) / own.length;
      };
      expect(accuracy(SHARED)).toBeLessThan(0.52);
      expect(Math.min(accuracy(IMAGE), accuracy(TEXT))).toBeGreaterThan(accuracy(SHARED));
      expect(atlas.separability).toBeGreaterThan(0.95);
    });

    it('has the planted bridges first: shared atoms with themselves', () => {
      const { kind } = planted;
      const shared = Array.from(kind).filter((of) => of === SHARED).length;
      // The rarest shared atoms are in a few pairs of thousands; the strong half has to come before anything else.
      const strongest = atlas.bridge?.top.slice(0, shared >> 1) ?? [];
      expect(strongest).toHaveLength(shared >> 1);
      for (const { i, j, cosine } of strongest) {
        expect([i, kind[i]]).toEqual([j, SHARED]);
        expect(cosine).toBeCloseTo(1, 5);
      }
      expect(atlas.bridge?.sum).toBeCloseTo(atlas.bridge?.meanReconstructedSimilarity ?? Number.NaN, 9);
    });

    it('says of a bridge which pairs carry it, as counted from the codes', () => {
      const { rows } = planted;
      const [{ i, j, value } = { i: 0, j: 0, value: 0 }] = atlas.bridge?.top ?? [];
      const facts = bridgeFacts(rows, metrics, atlas.bridge?.sum ?? 0, i, j);
      const z = (codes: SparseCodes, row: number, concept: number): number => {
        const { indices, values } = codeRow(codes, row);
        return values[indices.indexOf(concept)] ?? 0;
      };
      const products = Array.from({ length: rows.images.x.rows }, (_, r) => z(rows.images.codes, r, i) * z(rows.texts.codes, r, j));
      expect(facts.active).toBe(products.filter((product) => product > 0).length);
      expect(facts.carriers[0]?.zImage).toBeDefined();
      expect((facts.carriers[0]?.zImage ?? 0) * (facts.carriers[0]?.zText ?? 0)).toBeCloseTo(Math.max(...products), 6);
      expect(facts.value).toBeCloseTo(value, 12);
      expect(facts.share).toBeCloseTo(products.reduce((a, b) => a + b, 0) / products.length / (atlas.bridge?.sum ?? 1), 5);
    });
  });
}
