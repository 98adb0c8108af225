import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchOrder } from './batches.ts';

describe('BatchOrder', () => {
  it('gives whole batches of different rows in each epoch, the same at any time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.integer(), (rows, wanted, seed) => {
        const batch = Math.min(rows, wanted);
        const order = new BatchOrder(rows, batch, seed);
        expect(order.stepsPerEpoch).toBe(Math.floor(rows / batch));
        const steps = Array.from({ length: 3 * order.stepsPerEpoch }, (_, step) => [...order.rowsOf(step)]);
        for (let epoch = 0; epoch < 3; epoch++) {
          const seen = steps.slice(epoch * order.stepsPerEpoch, (epoch + 1) * order.stepsPerEpoch).flat();
          expect(new Set(seen).size).toBe(order.stepsPerEpoch * batch);
          expect(seen.every((row) => row < rows)).toBe(true);
        }
        const resumed = new BatchOrder(rows, batch, seed);
        for (const step of [steps.length - 1, 0, Math.floor(steps.length / 2)]) expect([...resumed.rowsOf(step)]).toEqual(steps[step]);
      }),
    );
  });

  it('orders each epoch and each seed anew', () => {
    const order = new BatchOrder(1000, 1000, 3);
    const first = [...order.rowsOf(0)];
    expect(first).not.toEqual([...order.rowsOf(1)]);
    expect(first).not.toEqual([...new BatchOrder(1000, 1000, 4).rowsOf(0)]);
    expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it.each([
    [10, 0, 'a batch has 0 rows'],
    [10, 2.5, 'a batch has 2.5 rows'],
    [10, Number.NaN, 'a batch has NaN rows'],
    [10, 11, 'batch: a batch of 11 does not fit in 10 rows. Use a batch of at most 10.'],
  ])('refuses %s rows in batches of %s', (rows, batch, message) => {
    expect(() => new BatchOrder(rows, batch, 0)).toThrow(message);
  });
});
