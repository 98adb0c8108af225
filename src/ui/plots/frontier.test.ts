import { describe, expect, it } from 'vitest';
import { defaultRecipe } from '../../core/training/presets.ts';
import type { Method } from '../../core/training/recipe.ts';
import type { FrontierPoint, Run } from '../../engine/lab/protocol.ts';
import { frontier } from './frontier.ts';

function run(method: Method, k: number, seed: number, both: FrontierPoint, images: FrontierPoint | null = null): Run {
  return {
    id: `${method}-${k}-${seed}`, name: '', note: '', created: '', data: { id: 'd', title: '', images: 1, texts: 1, d: 8, kind: 'gallery' },
    recipe: { ...defaultRecipe(method, { rows: 1000, d: 64, concepts: 64, k }), seed }, status: 'done', step: 1, steps: 1, seconds: 1,
    backend: 'cpu', adapter: null, curve: [], measures: { both, images, texts: null, dead: 0, bridge: null }, error: null, group: null, imageShare: null,
  };
}
const at = (l0: number, r2: number): FrontierPoint => ({ l0, r2, r2PerFeature: r2 - 0.1 });
const choice = { side: 'both', definition: 'r2' } as const;

describe('frontier', () => {
  it('joins the means over seeds of one method, from few codes to many', () => {
    const runs = [run('batchtopk', 16, 0, at(16, 0.8)), run('batchtopk', 4, 0, at(4, 0.5)), run('batchtopk', 4, 1, at(4, 0.7)), run('pca', 4, 0, at(4, 0.3))];
    const { marks, lines, y } = frontier(runs, choice, 800, 300);
    expect(marks).toHaveLength(4);
    expect(lines.map((l) => l.method)).toEqual(['batchtopk', 'pca']);
    const places = [...(lines[0]?.path ?? '').matchAll(/([\d.]+),([\d.]+)/gu)].map(([, px, py]) => [Number(px), Number(py)]);
    expect(places).toHaveLength(2);
    expect(places[0]?.[1]).toBeCloseTo(y.place(0.6), 0);
    expect(places[0]?.[0]).toBeLessThan(places[1]?.[0] ?? 0);
    expect(lines[1]?.path).toBe('');
  });
  it('stands on one run alone, and on none', () => {
    const one = frontier([run('topk', 8, 0, at(8, 0.5))], choice, 390, 300);
    expect([one.marks[0]?.x, one.marks[0]?.y].every((v) => Number.isFinite(v))).toBe(true);
    expect(frontier([], choice, 390, 300)).toMatchObject({ marks: [], lines: [] });
  });
  it('leaves out what has no place, and holds what is far below at its lower end', () => {
    const runs = [run('topk', 8, 0, at(0, 0.5)), run('topk', 8, 1, at(8, NaN)), run('kmeans', 8, 0, at(8, -40)), run('batchtopk', 8, 0, at(8, 0.9))];
    const { marks, y, plot } = frontier(runs, choice, 800, 300);
    expect(marks.map((m) => [m.run.recipe.method, m.below])).toEqual([['kmeans', true], ['batchtopk', false]]);
    expect(y.domain[0]).toBeGreaterThan(-1);
    expect(marks[0]?.y).toBeLessThanOrEqual(plot.bottom);
  });
  it('shows only runs with rows of the chosen side, by the chosen definition', () => {
    const runs = [run('topk', 8, 0, at(8, 0.5), at(7, 0.4)), run('topk', 4, 0, at(4, 0.4))];
    const { marks } = frontier(runs, { side: 'images', definition: 'r2PerFeature' }, 800, 300);
    expect(marks.map((m) => m.measured.r2PerFeature)).toEqual([0.4 - 0.1]);
  });
});
