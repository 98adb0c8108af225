import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadLabels } from './labels.ts';
import { keepSlots } from './slots.ts';

describe('labels beside lines', () => {
  it('stay apart, in order and inside, where there is room', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 12 }), (wanted) => {
        const placed = spreadLabels(wanted, 12, 0, 200);
        const order = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
        order.forEach((i, n) => {
          expect(placed[i]).toBeGreaterThanOrEqual(-1e-9);
          expect(placed[i]).toBeLessThanOrEqual(200 + 1e-9);
          if (n > 0) expect((placed[i] ?? 0) - (placed[order[n - 1] ?? 0] ?? 0)).toBeGreaterThanOrEqual(12 - 1e-9);
        });
      }),
    );
  });
  it('stay where they want to be when nothing is near, and gather about their middle otherwise', () => {
    expect(spreadLabels([10, 90, NaN, 50], 12, 0, 100)).toEqual([10, 90, NaN, 50]);
    expect(spreadLabels([50, 50, 50], 10, 0, 100)).toEqual([40, 50, 60]);
    expect(spreadLabels([99, 100], 10, 0, 100)).toEqual([90, 100]);
  });
});

describe('fixed places', () => {
  const ids = fc.array(fc.nat(20), { maxLength: 12 });
  it('are kept by what stays, and hold everything that fits once', () => {
    fc.assert(
      fc.property(ids, ids, (first, second) => {
        const before = keepSlots<number>([], first, 8);
        const after = keepSlots(before, second, 8);
        const wanted = [...new Set(second.slice(0, 8))];
        expect(after.filter((id) => id !== null).sort()).toEqual(wanted.sort());
        before.forEach((id, slot) => {
          if (id !== null && wanted.includes(id)) expect(after[slot]).toBe(id);
        });
        expect(keepSlots(after, second, 8)).toBe(after);
      }),
    );
  });
});
