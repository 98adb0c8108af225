import { describe, expect, it } from 'vitest';
import { InputError } from '../../../core/errors.ts';
import { matrix, rowOf } from '../../../core/tensor.ts';
import { resident, testGpu, withoutGpuErrors } from '../../testing.ts';
import { EncodeKernel } from './encode.ts';
import { encodeProperties, expectReference } from './encode.properties.ts';
import { gaussians, randomDictionary } from './testing.ts';
import type { Dictionary } from '../../../core/dictionary.ts';
import type { EncodeTuning } from './plan.ts';

const context = await testGpu();

/** A kernel for the length of `work`; any error that WebGPU reports in it fails the test. */
async function withKernel<T>(dictionary: Dictionary, tuning: Partial<EncodeTuning>, work: (kernel: EncodeKernel) => Promise<T>): Promise<T> {
  return withoutGpuErrors(context, async () => {
    const kernel = await EncodeKernel.create(context, dictionary, tuning);
    try {
      return await work(kernel);
    } finally {
      kernel.dispose();
    }
  });
}

encodeProperties({
  name: `WebGPU (${context.name})`,
  encode: async (dictionary, x, tuning = {}) => withKernel(dictionary, tuning, async (kernel) => kernel.encode(x)),
});

describe('embeddings that are on the GPU', () => {
  // 10 columns are not a multiple of 4, and 21 rows cross chunks of 8.
  const dictionary = randomDictionary(10, 70, { kind: 'jumprelu', theta: new Float32Array(70).fill(0.3), cmp: '>' });
  const x = matrix(21, 10, gaussians(210, 1).map((value) => 5 * value));

  it('are encoded as they are, to the same bits as from the host', async () => {
    const { there, here } = await withKernel(dictionary, { chunkRows: 8 }, async (kernel) => ({
      there: await kernel.encode(resident(context, x)),
      here: await kernel.encode(x),
    }));
    expect(there).toEqual(here);
    expectReference(there, dictionary, x);
  });

  it('are scaled to unit rows, and the codes are those of the rows that come back', async () => {
    const { embeddings, codes } = await withKernel(dictionary, { chunkRows: 8, minEntries: 3 }, async (kernel) => kernel.encodeResident(resident(context, x)));
    for (let r = 0; r < x.rows; r++) {
      const given = rowOf(x, r);
      const norm = Math.hypot(...given);
      for (const [i, value] of rowOf(embeddings, r).entries()) expect(value).toBeCloseTo((given[i] ?? 0) / norm, 6);
      expect(Math.hypot(...rowOf(embeddings, r))).toBeCloseTo(1, 6);
    }
    expectReference(codes, dictionary, embeddings);
    expect(codes.values.length).toBeGreaterThan(x.rows);
  });

  it('are scaled also where their squares leave the range of float32', async () => {
    for (const size of [1e-25, 1e15]) {
      const small = matrix(2, 10, x.data.slice(0, 20).map((value) => value * size));
      const { embeddings } = await withKernel(dictionary, {}, async (kernel) => kernel.encodeResident(resident(context, small)));
      for (const r of [0, 1]) expect(Math.hypot(...rowOf(embeddings, r))).toBeCloseTo(1, 6);
    }
  });

  it('may be no rows at all', async () => {
    const empty = resident(context, matrix(0, 10));
    const { embeddings, codes } = await withKernel(dictionary, {}, async (kernel) => kernel.encodeResident(empty));
    expect([embeddings.rows, codes.rows, codes.values.length]).toEqual([0, 0, 0]);
  });

  for (const bad of [NaN, Infinity, -Infinity]) {
    it(`are refused with the row's number when they have ${bad}`, async () => {
      const broken = matrix(21, 10, x.data.slice());
      broken.data[173] = bad;
      await withKernel(dictionary, { chunkRows: 8 }, async (kernel) => {
        for (const refusal of [kernel.encode(resident(context, broken)), kernel.encodeResident(resident(context, broken))]) {
          await expect(refusal).rejects.toThrow(InputError);
          await expect(refusal).rejects.toThrow(/row 17\b/);
        }
        // The refusal left nothing behind.
        expectReference(await kernel.encode(x), dictionary, x);
      });
    });
  }

  it('are refused where a row is zero and unit rows are wanted', async () => {
    const zero = matrix(3, 10, x.data.slice(0, 30).fill(0, 10, 20));
    await withKernel(dictionary, {}, async (kernel) => {
      await expect(kernel.encodeResident(resident(context, zero))).rejects.toThrow(/row 1\b/);
      expectReference(await kernel.encode(resident(context, zero)), dictionary, zero);
    });
  });

  it('are refused where the input norm depends on the row', async () => {
    const normed: Dictionary = { ...dictionary, norm: { kind: 'layerNorm' } };
    expect(EncodeKernel.supportsResident(normed)).toBe(false);
    await withKernel(normed, {}, async (kernel) => {
      await expect(kernel.encode(resident(context, x))).rejects.toThrow(InputError);
      await expect(kernel.encodeResident(resident(context, x))).rejects.toThrow(InputError);
    });
  });

  it('go through a constant norm and a mean', async () => {
    const normed: Dictionary = { ...dictionary, norm: { kind: 'constant', scale: 0.4, mean: gaussians(10, 2) } };
    const codes = await withKernel(normed, {}, async (kernel) => kernel.encode(resident(context, x)));
    expectReference(codes, normed, x);
  });
});

describe('the encode kernel', () => {
  it('queues calls that overlap', async () => {
    const dictionary = randomDictionary(9, 90, { kind: 'relu' });
    const batches = [1, 3, 12, 2].map((rows) => matrix(rows, 9, gaussians(rows * 9, rows)));
    const codes = await withKernel(dictionary, { minEntries: 5 }, async (kernel) => Promise.all(batches.map(async (x) => kernel.encode(x))));
    for (const [b, x] of batches.entries()) {
      const code = codes[b];
      if (code === undefined) throw new Error('a call is missing');
      expectReference(code, dictionary, x);
    }
  });

  it('keeps the size of a real dictionary to the contract', async () => {
    const dictionary = randomDictionary(768, 6144, { kind: 'batchtopk', k: 20, theta: 2.5, cmp: '>=' });
    const x = matrix(2, 768, gaussians(2 * 768, 3));
    const codes = await withKernel(dictionary, {}, async (kernel) => kernel.encode(x));
    expectReference(codes, dictionary, x);
    expect(codes.values.length).toBeGreaterThan(10);
  });

  it('refuses magnitudes that float32 sums cannot hold, activations without a threshold, and broken dictionaries', async () => {
    const dictionary = randomDictionary(4, 5, { kind: 'relu' });
    await withKernel(dictionary, {}, async (kernel) => {
      await expect(kernel.encode(matrix(1, 4, Float32Array.of(0, 2e18, 0, 0)))).rejects.toThrow(InputError);
    });
    const topk: Dictionary = { ...dictionary, act: { kind: 'topk', k: 2, relu: true } };
    expect(EncodeKernel.supports(topk.act)).toBe(false);
    await expect(EncodeKernel.create(context, topk)).rejects.toThrow(InputError);
    const ones = new Float32Array(5).fill(1);
    const normed: Dictionary = { ...dictionary, preNorm: { kind: 'layerNorm', gamma: ones, beta: ones, eps: 1e-5 } };
    expect(EncodeKernel.supportsDictionary(normed)).toBe(false);
    await expect(EncodeKernel.create(context, normed)).rejects.toThrow(InputError);
    const broken: Dictionary = { ...dictionary, W_enc: dictionary.W_enc.slice().fill(NaN, 7, 8) };
    await expect(EncodeKernel.create(context, broken)).rejects.toThrow(/concept 2\b/);
    const unknown: Dictionary = { ...dictionary, act: { kind: 'jumprelu', theta: new Float32Array(5).fill(NaN), cmp: '>' } };
    await expect(EncodeKernel.create(context, unknown)).rejects.toThrow(InputError);
  });
});
