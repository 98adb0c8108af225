/** The view over hand-made states: its accessible names, what its buttons ask for, and the figures it saves. */
import { createRoot, type Root } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { createStore } from 'zustand/vanilla';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultRecipe } from '../../../core/training/presets.ts';
import type { CurvePoint, Run } from '../../../engine/lab/protocol.ts';
import type { LabActions, LabState, LabStore } from '../../../state/lab/model.ts';
import type { AppStore } from '../../../state/store.ts';
import { AppContext } from '../../app-context.ts';
import { LabView } from './LabView.tsx';
import { figureSvg } from '../../figures/figure-svg.ts';

const recipe = { ...defaultRecipe('batchtopk', { rows: 100, d: 8 }), epochs: 4 };
const data = { id: 'd', title: 'rows', images: 60, texts: 40, d: 8, kind: 'gallery' } as const;
const point = (step: number): CurvePoint => ({ step, loss: 1 / step, mse: 1 / step, l0: 2, dead: 0.1, theta: 0.02, learningRate: 1e-3, r2: 0.6, r2PerFeature: 0.5, samplesPerSecond: 900 });
const measured = { l0: 2, r2: 0.6, r2PerFeature: 0.5 };
const run = (id: string, change: Partial<Run> = {}): Run => ({
  id, name: `run ${id}`, note: '', created: '', data, recipe, status: 'done', step: 10, steps: 10, seconds: 3, backend: 'cpu', adapter: null, curve: [point(5), point(10)],
  measures: { both: measured, images: measured, texts: null, dead: 0.1, bridge: null }, error: null, group: null, imageShare: null, ...change,
});
const empty: LabState = {
  runs: [], data: { ...data, pairs: 0, warnings: [{ code: 'duplicates', count: 2, first: 7 }] }, dataProgress: null, dataError: null, pictures: [], captions: [], recipe, preset: 'default',
  recipeError: null, estimate: null, training: null, shown: [], side: 'both', concepts: null, stability: null, deleted: null, error: null, used: null,
};

let root: Root | null = null;
afterEach(() => {
  root?.unmount();
  document.body.replaceChildren();
});

function show(state: Partial<LabState>): { store: LabStore; asked: ReturnType<typeof vi.fn> } {
  const asked = vi.fn((..._call: unknown[]) => Promise.resolve());
  const actions = new Proxy({}, { get: (_, name) => (...args: unknown[]) => asked(name, ...args) }) as LabActions;
  const store: LabStore = Object.assign(createStore<LabState>(() => ({ ...empty, ...state })), { actions });
  const app = Object.assign(createStore(() => ({ samples: null })), { actions: {} }) as unknown as AppStore;
  root = createRoot(document.body.appendChild(document.createElement('div')));
  flushSync(() => root?.render(<AppContext value={app}><LabView store={store} /></AppContext>));
  return { store, asked };
}
function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].filter((b) => (b.getAttribute('aria-label') ?? b.textContent) === name);
  expect(found, name).toHaveLength(1);
  return found[0] as HTMLButtonElement;
}
const region = (name: string): HTMLElement | undefined =>
  [...document.querySelectorAll('section')].find((s) => document.getElementById(s.getAttribute('aria-labelledby') ?? '')?.textContent === name);

describe('lab view', () => {
  it('has the names of its contract, with no other button that says Train or Cancel', () => {
    const { asked } = show({});
    expect(document.querySelector('h2')?.textContent).toBe('Lab');
    for (const name of ['Training curves', 'Frontier', 'Stability']) expect(region(name), name).toBeDefined();
    expect(document.querySelector('table.runs-table caption')?.textContent).toBe('Runs');
    expect([...document.querySelectorAll('button')].filter((b) => /train|cancel/iu.test(b.getAttribute('aria-label') ?? b.textContent))).toHaveLength(1);
    button('Train').click();
    expect(asked).toHaveBeenLastCalledWith('train');
    expect(document.body.textContent).toContain('2 rows repeat another row');
  });
  it('offers a way to stop while a run goes on, and follows it', () => {
    const running = run('a', { status: 'running', measures: null });
    const { store, asked } = show({ runs: [running], training: { run: 'a', update: { id: 'a', epoch: 2, steps: 10, point: point(5), concepts: null }, concepts: [] } });
    button('Cancel').click();
    expect(asked).toHaveBeenLastCalledWith('cancel');
    const panels = region('Training curves')?.querySelectorAll('svg[role="img"]') ?? [];
    expect(panels).toHaveLength(7);
    expect(panels[0]?.querySelector('.series-line')?.getAttribute('d')).toMatch(/^M[\d.]+,[\d.]+L/u);
    flushSync(() => store.setState({ training: null, runs: [run('a')], shown: ['a'] }));
    expect(button('Train').disabled).toBe(false);
    expect(region('Frontier')?.querySelector('button.point')?.getAttribute('aria-label')).toBe('run a: L0 2.00, R² 0.500');
  });
  it('says what is wrong with the recipe at its field, and does not start it', () => {
    show({ recipeError: { name: 'InputError', message: 'k: too many. Use fewer.', reason: 'too many', place: { field: 'k' } } });
    expect(button('Train').disabled).toBe(true);
    const field = document.querySelector('[aria-invalid="true"]');
    expect(document.getElementById(field?.getAttribute('aria-describedby') ?? '')?.textContent).toBe('k: too many. Use fewer.');
  });
  it('saves figures that need no style sheet, colours and all', () => {
    show({ runs: [run('a'), run('b', { recipe: { ...recipe, method: 'pca', k: 3 } })], shown: ['a', 'b'] });
    for (const name of ['Training curves', 'Frontier']) {
      const body = region(name)?.querySelector<HTMLElement>('.figure-body');
      const text = body == null ? '' : figureSvg(body, name, 'caption & all', null);
      const svg = new DOMParser().parseFromString(text, 'image/svg+xml');
      expect(svg.querySelector('parsererror'), name).toBeNull();
      expect([svg.querySelector('title')?.textContent, svg.querySelector('desc')?.textContent]).toEqual([name, 'caption & all']);
      expect(text).not.toMatch(/class=|var\(|light-dark\(|<style|href/u);
      const strokes = [...svg.querySelectorAll('path')].map((path) => path.getAttribute('stroke') ?? path.getAttribute('fill') ?? 'none');
      expect(strokes.some((colour) => /^rgb\((?!0, 0, 0)/u.test(colour)), name).toBe(true);
    }
    expect(document.querySelectorAll('.figure-body > div[style*="hidden"]')).toHaveLength(0);
  });
});
