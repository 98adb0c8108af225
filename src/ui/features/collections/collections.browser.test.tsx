/** The star and the collections' dialog, on the part of the store that keeps them. */
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createStore } from 'zustand/vanilla';
import { defaultAtlasView } from '../../../core/permalink/atlas-view.ts';
import { parseRoute } from '../../../core/permalink/route.ts';
import { collecting } from '../../../state/atlas/collecting.ts';
import type { AtlasParts } from '../../../state/atlas/parts.ts';
import type { AtlasState, AtlasStore, Collection } from '../../../state/atlas/model.ts';
import type { AppStore } from '../../../state/store.ts';
import { AppContext } from '../../app-context.ts';
import '../../styles/base.css';
import { AtlasContext } from '../atlas/atlas-context.ts';
import { CollectionsButton } from './CollectionsButton.tsx';
import { StarButton } from './StarButton.tsx';

const C = 300;
const PACK = 'gallery@0123456789ab';
const strange: Collection = { id: 'x', name: 'Elsewhere', pack: 'other@0123456789ab', items: [{ concept: 9000, note: '' }] };

let root: Root;
let atlas: AtlasStore;
const dropped = vi.fn();
/** As the map takes pictures. */
const around = { onDrop: dropped };

beforeEach(() => {
  const each = <T,>(value: T): T[] => Array.from({ length: C }, () => value);
  const labels = Array.from({ length: C }, (_, i) => `label ${i}`);
  const app = createStore(() => ({
    pack: { id: 'gallery', hash: '0123456789ab', c: C, concepts: { label: labels, labelJa: labels, modality: each(0.5), stability: each(null) } },
    atlas: defaultAtlasView,
  })) as unknown as AppStore;
  const store = createStore(() => ({ pack: PACK, view: defaultAtlasView, collections: [strange], collection: null, ownLabels: new Map(), undoable: null }) as unknown as AtlasState);
  const { actions } = collecting({ get: store.getState, set: store.setState, storage: { getItem: () => null, setItem: () => undefined }, page: app } as unknown as AtlasParts);
  const undo = (): void => {
    store.getState().undoable?.undo();
    store.setState({ undoable: null });
  };
  atlas = Object.assign(store, { actions: { ...actions, undo, hover: () => undefined } }) as unknown as AtlasStore;
  dropped.mockReset();
  root = createRoot(document.body.appendChild(document.createElement('div')));
  flushSync(() => {
    root.render(<AppContext value={app}><AtlasContext value={atlas}><div {...around}><StarButton concept={7} /><CollectionsButton /></div></AtlasContext></AppContext>);
  });
});
afterEach(() => {
  root.unmount();
  document.body.replaceChildren();
});

const named = (name: RegExp, within: ParentNode = document): HTMLElement[] =>
  [...within.querySelectorAll<HTMLElement>('button, input, textarea, a')].filter((e) => name.test(e.getAttribute('aria-label') ?? (e instanceof HTMLInputElement ? (e.labels?.[0]?.textContent ?? '') : e.textContent)));
function one(name: RegExp, within: ParentNode = document): HTMLElement {
  const [found, ...more] = named(name, within);
  if (found === undefined || more.length > 0) throw new Error(`${more.length + (found === undefined ? 0 : 1)} controls named ${String(name)}`);
  return found;
}
const dialog = (): HTMLDialogElement => document.querySelector('dialog.collections-sheet') as HTMLDialogElement;
function open(): void {
  flushSync(() => { one(/^Collections$/u).click(); });
}
const items = (): Collection['items'] => atlas.getState().collections.find(({ pack }) => pack === PACK)?.items ?? [];

describe('star', () => {
  it('says what it does and whether it is set', () => {
    const star = one(/^Star concept 7$/u);
    expect(star.getAttribute('aria-pressed')).toBe('false');
    flushSync(() => { star.click(); });
    expect(one(/^Unstar concept 7$/u).getAttribute('aria-pressed')).toBe('true');
    expect(items()).toEqual([{ concept: 7, note: '' }]);
    flushSync(() => { star.click(); });
    expect(items()).toEqual([]);
    expect(star.getAttribute('aria-pressed')).toBe('false');
  });
});

describe('collections', () => {
  it('teach while there are none, and name those of other packs apart', () => {
    open();
    expect(dialog().matches(':modal')).toBe(true);
    expect(dialog().querySelector('section')?.getAttribute('aria-label')).toBe('Collections');
    expect(dialog().textContent).toContain('Star concepts on their pages');
    expect(dialog().querySelectorAll('input[type=radio]')).toHaveLength(0);
    expect(dialog().querySelector('details')?.textContent).toContain('Elsewhere pack other@0123456789ab');
  });

  it('close with Escape and give the focus back; what was typed in a note stays', async () => {
    atlas.actions.star(7);
    one(/^Collections$/u).focus();
    await userEvent.keyboard('{Enter}');
    await userEvent.fill(one(/^Note on concept 7$/u), 'like a cat');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => dialog().open).toBe(false);
    expect(document.activeElement).toBe(one(/^Collections$/u));
    expect(items()).toEqual([{ concept: 7, note: 'like a cat' }]);
  });

  it('are made, chosen and removed, and come back', () => {
    atlas.actions.star(7);
    atlas.actions.addCollection('Later');
    open();
    expect(one(/^Later/u, dialog())).toHaveProperty('checked', true);
    flushSync(() => { one(/^Starred/u, dialog()).click(); });
    flushSync(() => { one(/^Remove collection “Starred”$/u).click(); });
    expect(named(/^Starred/u, dialog())).toHaveLength(0);
    flushSync(() => { one(/^Undo$/u).click(); });
    expect(one(/^Starred/u, dialog())).toHaveProperty('checked', true);
    expect(named(/^Undo$/u)).toHaveLength(0);
  });

  it('lead to the map with their concepts selected, in rising order; only those that the pack has', () => {
    for (const concept of [7, 2, 299]) atlas.actions.star(concept);
    atlas.setState((s) => ({ collections: s.collections.map((c) => ({ ...c, items: [...c.items, { concept: C, note: '' }] })) }));
    open();
    const { route } = parseRoute(one(/^Show on the map$/u).getAttribute('href') ?? '');
    expect(route.view).toBe('map');
    expect(route.atlas.selection).toEqual([2, 7, 299]);
  });

  it('list a hundred at first and say so', () => {
    for (let concept = 0; concept < 250; concept++) atlas.actions.star(concept);
    open();
    expect(named(/^Note on concept/u)).toHaveLength(100);
    expect(dialog().textContent).toContain('showing 100 of 250 concepts');
    flushSync(() => { one(/^Show 100 more$/u).click(); });
    expect(named(/^Note on concept/u)).toHaveLength(200);
    flushSync(() => { one(/^Show 50 more$/u).click(); });
    expect(named(/^Note on concept/u)).toHaveLength(250);
  });

  it('take dropped files, say what is wrong with each, and keep them from the view around', async () => {
    open();
    const drop = (...files: File[]): void => {
      const dataTransfer = new DataTransfer();
      for (const file of files) dataTransfer.items.add(file);
      const event = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer });
      dialog().querySelector('section p')?.dispatchEvent(event);
      expect(event.defaultPrevented).toBe(true);
    };
    const good = JSON.stringify({ format: 'vlm-explore-collections', version: 1, collections: [{ name: 'Filed', pack: PACK, items: [{ concept: 4, note: 'n' }] }] });
    drop(new File(['{'], 'bad.json'), new File([good], 'good.json'), new File([new Uint8Array(8 * 1024 * 1024 + 1)], 'large.json'));
    await expect.poll(() => dialog().querySelectorAll('[role=alert] li').length).toBe(2);
    expect(dialog().querySelector('[role=alert]')?.textContent).toMatch(/bad\.json: .*not valid JSON.*large\.json: .*8 MB/u);
    expect(dialog().textContent).toContain('Added the collections of good.json.');
    expect(items()).toEqual([{ concept: 4, note: 'n' }]);
    expect(dropped).not.toHaveBeenCalled();
  });
});
