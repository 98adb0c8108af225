import { describe, expect, it } from 'vitest';
import type { Stability } from '../../engine/lab/protocol.ts';
import { stabilityPlot } from './stability.ts';

function measured(perConcept: number[], energy: number[], change: Partial<Stability> = {}): Stability {
  return {
    runs: ['a', 'b'], perConcept, energy, mean: [0.5, 0.7], curve: [{ top: 1, stability: 0.9 }, { top: 10, stability: 0.6 }],
    random: { mean: 0.2, quantile99: 0.3 }, exact: true, gap: 0, ...change,
  };
}
const count = (path: string): number => path.match(/M/gu)?.length ?? 0;

describe('stability', () => {
  it('draws every concept once: with energy on the axis, without beside it', () => {
    const plot = stabilityPlot(measured([0.9, 0.5, 0.1, NaN], [0.1, 0.001, 0, 0.1]), 500, 260);
    expect(count(plot.scatter.points)).toBe(2);
    expect([count(plot.dead.points), plot.dead.count]).toEqual([1, 1]);
    expect(plot.dead.x).toBeLessThan(plot.scatter.x.place(0.001));
    expect(plot.mean.value).toBeCloseTo(0.6, 12);
    expect(plot.band.top).toBeLessThan(plot.band.bottom);
  });
  it('stands on one concept, on dead ones only, and on none', () => {
    expect(count(stabilityPlot(measured([0.5], [0.01]), 390, 260).scatter.points)).toBe(1);
    expect(count(stabilityPlot(measured([0.5, 0.4], [0, 0]), 390, 260).dead.points)).toBe(2);
    const none = stabilityPlot(measured([], [], { curve: [], mean: [], random: { mean: NaN, quantile99: NaN } }), 390, 260);
    expect([none.scatter.points, none.curve.path, none.curve.end]).toEqual(['', '', null]);
    expect(none.mean.y).toBeNaN();
  });
});
