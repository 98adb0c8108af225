import { describe, expect, it } from 'vitest';
import { parseSweep } from './sweep.ts';

describe('sweep', () => {
  it('is every combination once, with a name of its own', () => {
    const runs = parseSweep('methods=batchtopk, pca; k=4,8;concepts=512;seeds=0,1');
    expect(runs).toHaveLength(8);
    expect(new Set(runs.map(({ name }) => name)).size).toBe(8);
    expect(runs[0]).toEqual({ method: 'batchtopk', concepts: 512, k: 4, seed: 0, name: 'batchtopk-c512-k4-s0' });
    expect(runs.at(-1)).toEqual({ method: 'pca', concepts: 512, k: 8, seed: 1, name: 'pca-c512-k8-s1' });
  });

  it('leaves to the preset what it does not say', () => {
    expect(parseSweep('methods=topk')).toEqual([{ method: 'topk', concepts: undefined, k: undefined, seed: 0, name: 'topk-s0' }]);
  });

  it.each([
    ['', /no methods in it\. Write/],
    ['k=4', /no methods/],
    ['methods=best', /"best" is no method\. There are: batchtopk/],
    ['methods=topk;k=four', /"four" is no whole number of at least 1 for k/],
    ['methods=topk;k=0', /"0" is no whole number of at least 1/],
    ['methods=topk;k=4,4', /a value of k is given twice/],
    ['methods=topk;k=4;k=8', /k is given twice/],
    ['methods=topk;K=4', /"K=4" is not understood/],
    ['methods=topk;epochs=4', /"epochs=4" is not understood/],
    ['methods=topk;k=', /"" is no whole number/],
    [`methods=topk;seeds=${Array.from({ length: 1001 }, (_, i) => i).join(',')}`, /1001 runs; 1000 are the most/],
  ])('refuses "%s"', (text, message) => {
    expect(() => parseSweep(text)).toThrow(message);
  });
});
