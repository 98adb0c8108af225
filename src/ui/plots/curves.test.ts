import { describe, expect, it } from 'vitest';
import { defaultRecipe } from '../../core/training/presets.ts';
import type { CurvePoint, Run } from '../../engine/lab/protocol.ts';
import { curvePanel, curveSeries, MEASURES, pointAt } from './curves.ts';

function point(step: number, change: Partial<CurvePoint> = {}): CurvePoint {
  return { step, loss: 1 / step, mse: 1 / step, l0: 16, dead: 0, theta: null, learningRate: 1e-3, r2: 0.5, r2PerFeature: 0.4, samplesPerSecond: 1000, ...change };
}

function run(id: string, steps: number, curve: readonly CurvePoint[]): Run {
  return {
    id, name: id, note: '', created: '', data: { id: 'd', title: '', images: 1, texts: 1, d: 8, kind: 'gallery' },
    recipe: { ...defaultRecipe('batchtopk', { rows: 1000, d: 8 }), epochs: 10, k: 16 },
    status: 'done', step: 0, steps, seconds: 0, backend: null, adapter: null, curve, measures: null, error: null, group: null, imageShare: null,
  };
}

describe('curves', () => {
  it('share the axis of epochs, whatever a step is, and take the news of the run in training', () => {
    const runs = [run('a', 100, [point(50), point(100)]), run('b', 400, [point(200)])];
    const series = curveSeries(['b', null, 'a', 'gone'], runs, { id: 'b', epoch: 7, steps: 400, point: point(300), concepts: null });
    expect(series.map((s) => [s.run, s.slot, s.points.map((p) => p.epoch)])).toEqual([['b', 0, [5, 7.5]], ['a', 2, [5, 10]]]);
    expect(curveSeries(['b'], runs, { id: 'b', epoch: 5, steps: 400, point: point(200), concepts: null })[0]?.points).toHaveLength(1);
  });
  it('are thinned to what a panel can show, the last point kept', () => {
    const [long] = curveSeries(['a'], [run('a', 5000, Array.from({ length: 5000 }, (_, i) => point(i + 1)))], null);
    expect(long?.points.length).toBeLessThanOrEqual(401);
    expect(long?.points.at(-1)?.step).toBe(5000);
  });
  it('leave a gap for zero, NaN and infinity on a logarithmic axis, and draw the rest', () => {
    const values = [1, 0, NaN, 0.1, 0.01, Infinity];
    const series = curveSeries(['a'], [run('a', 6, values.map((loss, i) => point(i + 1, { loss })))], null);
    const { lines, y } = curvePanel('loss', series, 250, 130);
    expect(lines[0]?.path.match(/M/gu)).toHaveLength(2);
    expect(lines[0]?.path).not.toContain('NaN');
    expect(y.place(0)).toBeNaN();
    expect(lines[0]?.labelY).toBeCloseTo(y.place(0.01), 6);
  });
  it('draw nothing, and break nothing, without points, without runs and in no width', () => {
    const none = curveSeries(['a'], [run('a', 0, [])], null);
    for (const measure of MEASURES) {
      for (const series of [none, []]) {
        const panel = curvePanel(measure, series, 0, 130);
        expect(panel.lines.map((l) => l.path).join('')).toBe('');
        expect(panel.y.domain.every(Number.isFinite)).toBe(true);
      }
    }
    expect(none[0] === undefined ? 0 : pointAt(none[0], 3)).toBeNull();
  });
  it('show the target of L0 once, and one scale for both definitions of R²', () => {
    const series = curveSeries(['a', 'b'], [run('a', 2, [point(2, { l0: 300 })]), run('b', 2, [point(2, { r2: 0.9, r2PerFeature: -0.4 })])], null);
    expect(curvePanel('l0', series, 250, 130).targets.map((target) => target.k)).toEqual([16]);
    expect(curvePanel('r2', series, 250, 130).y.domain).toEqual(curvePanel('r2PerFeature', series, 250, 130).y.domain);
    expect(curvePanel('theta', series, 250, 130).lines.every((l) => l.path === '')).toBe(true);
  });
  it('are read at the nearest point', () => {
    const [series] = curveSeries(['a'], [run('a', 10, [point(1), point(5), point(10)])], null);
    const read = (epoch: number): number | undefined => (series === undefined ? undefined : pointAt(series, epoch)?.step);
    expect([read(0), read(2.9), read(3.1), read(Infinity)]).toEqual([1, 1, 5, 10]);
  });
});
