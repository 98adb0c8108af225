import { describe, expect, it } from 'vitest';
import { codesAt, learningRateAt } from './schedule.ts';
import type { Schedule } from './recipe.ts';

const steps = 40;
const rates = (schedule: Schedule): number[] => Array.from({ length: steps }, (_, step) => learningRateAt({ learningRate: 0.5, schedule }, step, steps));

describe('learning rates', () => {
  it('constant', () => {
    expect(new Set(rates({ kind: 'constant' }))).toEqual(new Set([0.5]));
  });

  it('one cycle: the corners that torch documents, a cosine between them', () => {
    const values = rates({ kind: 'onecycle', upShare: 0.25, divStart: 25, divFinal: 1e4 });
    expect(values[0]).toBeCloseTo(0.5 / 25, 12);
    // 0.25·40 − 1 = 9 is the top; halfway down is (9 + 39)/2.
    expect(values[9]).toBeCloseTo(0.5, 12);
    expect(values[24]).toBeCloseTo((0.5 + 0.5 / 25 / 1e4) / 2, 12);
    expect(values[39]).toBeCloseTo(0.5 / 25 / 1e4, 12);
    expect(values[3]).toBeCloseTo(0.02 + (0.48 * (1 - Math.cos(Math.PI / 3))) / 2, 12);
  });

  it('linear: up to the rate, constant, down towards 0 one step after the last', () => {
    const values = rates({ kind: 'linear', warmupShare: 0.1, decayShare: 0.5 });
    expect(values.slice(0, 5)).toEqual([0.125, 0.25, 0.375, 0.5, 0.5]);
    expect(values[20]).toBe(0.5);
    expect(values[30]).toBe(0.25);
    expect(values[39]).toBeCloseTo(0.5 / 20, 12);
    expect(new Set(rates({ kind: 'linear', warmupShare: 0, decayShare: 0 }))).toEqual(new Set([0.5]));
  });

  it('is a usable number at every step of runs of any length, and with any shares', () => {
    const shares = [0, 0.01, 0.5, 1];
    const schedules = shares.flatMap((share): Schedule[] => [
      { kind: 'cosine', warmupShare: share, start: 1e-6, final: 1e-6 },
      { kind: 'onecycle', upShare: share, divStart: 25, divFinal: 1e4 },
      ...shares.map((decayShare): Schedule => ({ kind: 'linear', warmupShare: share, decayShare })),
    ]);
    for (const schedule of schedules) {
      for (const total of [1, 2, 3, 10, 37]) {
        for (let step = 0; step < total; step++) {
          const rate = learningRateAt({ learningRate: 1e-3, schedule }, step, total);
          expect(rate >= 0 && rate <= 1e-3, `${JSON.stringify(schedule)} ${step}/${total}: ${rate}`).toBe(true);
        }
      }
    }
  });
});

it('codes a row come down from factor·k to k over the share', () => {
  const recipe = { k: 4, anneal: { factor: 3, share: 0.5 } };
  expect([0, 5, 10, 20, 39].map((step) => codesAt(recipe, step, 40))).toEqual([12, 10, 8, 4, 4]);
  expect(codesAt({ k: 4, anneal: { factor: 1, share: 0 } }, 0, 40)).toBe(4);
});
