import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix, rowOf } from '../../core/tensor.ts';
import { uninterrupted } from '../../core/work.ts';
import { inMemory, momentsOf, StepOrder } from './rows.ts';

describe('the order of steps', () => {
  it('shows every row once an epoch but for short last batches, whatever the shards', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 8 }), fc.integer(), (sizes, batch, seed) => {
        fc.pre(sizes.some((size) => size >= batch));
        const shards = sizes.map((rows) => ({ rows }));
        const order = new StepOrder({ shards }, batch, seed);
        expect(order.stepsPerEpoch).toBe(sizes.reduce((sum, size) => sum + Math.floor(size / batch), 0));
        for (const epoch of [0, 3]) {
          const seen = new Set<string>();
          let changes = 0;
          let last = -1;
          for (let s = 0; s < order.stepsPerEpoch; s++) {
            const { shard, rows } = order.at(epoch * order.stepsPerEpoch + s);
            if (shard !== last) changes += 1;
            last = shard;
            for (const row of rows) seen.add(`${shard}:${row}`);
          }
          expect(seen.size).toBe(order.stepsPerEpoch * batch);
          // Each shard is read once an epoch.
          expect(changes).toBe(sizes.filter((size) => size >= batch).length);
        }
      }),
    );
  });

  it('is the same for any step however it is reached, and new in every epoch', () => {
    const make = (): StepOrder => new StepOrder({ shards: [{ rows: 50 }, { rows: 30 }] }, 10, 5);
    const inTurn = make();
    const all = Array.from({ length: 24 }, (_, s) => ({ shard: inTurn.at(s).shard, rows: [...inTurn.at(s).rows] }));
    for (const s of [17, 3, 23, 0]) {
      const { shard, rows } = make().at(s);
      expect({ shard, rows: [...rows] }).toEqual(all[s]);
    }
    expect(all.slice(0, 8)).not.toEqual(all.slice(8, 16));
  });

  it('says when no batch fits', () => {
    expect(() => new StepOrder({ shards: [{ rows: 5 }, { rows: 3 }] }, 10, 0)).toThrow(/batch of 10 does not fit/u);
  });
});

describe('rows in memory', () => {
  it('come back whole from their shards, with the same moments', async () => {
    const x = matrix(11, 3, Float32Array.from({ length: 33 }, (_, i) => Math.sin(i)));
    const rows = inMemory(x, 4);
    expect(rows.shards.map((s) => s.rows)).toEqual([4, 4, 3]);
    const back = (await Promise.all([0, 1, 2].map((i) => rows.read(i)))).flatMap((part) => Array.from({ length: part.rows }, (_, r) => [...rowOf(part, r)]));
    expect(back).toEqual(Array.from({ length: 11 }, (_, r) => [...rowOf(x, r)]));
    const [one, cut] = [await momentsOf(inMemory(x), uninterrupted), await momentsOf(rows, uninterrupted)];
    expect(cut.variance).toBeCloseTo(one.variance, 12);
    expect(cut.featureVariance).toBeCloseTo(one.featureVariance, 12);
    cut.mean.forEach((m, j) => { expect(m).toBeCloseTo(one.mean[j] ?? Number.NaN, 12); });
  });
});
