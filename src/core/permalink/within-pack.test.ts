import { describe, expect, it } from 'vitest';
import { defaultAtlasView } from './atlas-view.ts';
import { withinPack } from './within-pack.ts';

describe('a view within a pack', () => {
  it('is the same object when every concept is known', () => {
    const view = { ...defaultAtlasView, selection: [0, 9], focus: 9, bridge: [0, 9] as const, open: 99 };
    expect(withinPack(view, 10)).toEqual({ view, problems: [] });
    expect(withinPack(view, 10).view).toBe(view);
  });
  it('loses what the pack does not have, says so, and keeps the rest', () => {
    const { view, problems } = withinPack({ ...defaultAtlasView, selection: [1, 10, 11], focus: 10, bridge: [3, 10], query: 'cat' }, 10);
    expect(view).toEqual({ ...defaultAtlasView, selection: [1], query: 'cat' });
    expect(problems.map((problem) => ('key' in problem ? [problem.key, problem.value] : problem))).toEqual([['sel', '10, 11'], ['focus', '10'], ['bridges', '3, 10']]);
  });
});
