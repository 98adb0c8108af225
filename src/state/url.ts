import { ATLAS_VIEWS, parseRoute } from '../core/permalink/route.ts';
import { withinPack } from '../core/permalink/within-pack.ts';
import type { AppStore } from './store.ts';

/** The part of `window` that the binding needs. */
export interface AddressBar {
  readonly location: { readonly hash: string };
  readonly history: { replaceState(data: unknown, unused: string, url: string): void; pushState(data: unknown, unused: string, url: string): void };
  addEventListener(type: 'hashchange', listener: () => void): void;
}

/**
 * Starts the store from the address and keeps the address showing what is on the page, so that a reload or a bookmark
 * brings it back. Opening a concept, choosing concepts or searching makes an entry in the history, so that Back takes it back;
 * other changes replace the entry.
 */
export function bindAddress(store: AppStore, bar: AddressBar): void {
  let scheduled = false;

  /** The probes that the address of what is on the page carries; undefined while it is not settled. */
  const shown = (): string | null => parseRoute(store.actions.address('probe')).route.readout;
  const write = (push: boolean): void => {
    const { page, opening, pack, probes } = store.getState();
    if ((page !== 'probe' && !ATLAS_VIEWS.includes(page)) || opening || pack === null || probes.some((p) => p.readout === null)) return;
    const hash = store.actions.address(page);
    if (hash === bar.location.hash) return;
    if (push) bar.history.pushState(null, '', hash);
    else bar.history.replaceState(null, '', hash);
  };
  const follow = (): void => {
    const { route, problems } = parseRoute(bar.location.hash);
    store.setState({ problems });
    const open = store.getState().pack;
    const pinned = route.pack === null || (open?.id === route.pack.id && open.hash.startsWith(route.pack.hash));
    if (ATLAS_VIEWS.includes(route.view) && pinned && open !== null) {
      const known = withinPack(route.atlas, open.c);
      store.setState({ page: route.view, atlas: known.view, problems: [...problems, ...known.problems] });
    } else if ((route.view === 'lab' || route.view === 'packs' || route.view === 'about') && open !== null) {
      store.setState({ page: route.view });
    } else if (store.getState().pack !== null && route.readout === shown()) {
      // The same probes: Back, Forward, or a change of view only.
      store.setState({ page: route.view });
      void store.actions.setView(route.state);
    } else {
      void store.actions.start(route);
    }
  };
  bar.addEventListener('hashchange', follow);
  store.subscribe((state, before) => {
    const same = state.probes === before.probes && state.view === before.view && state.atlas === before.atlas && state.page === before.page && state.similarities === before.similarities && state.opening === before.opening;
    if (same) return;
    const focus = state.view.focus !== before.view.focus && state.view.focus !== null;
    const chosen = state.page === before.page && (state.atlas.selection !== before.atlas.selection || state.atlas.meaning !== before.atlas.meaning);
    const opened = (focus || chosen) && !state.opening;
    if (opened && state.probes === before.probes) {
      write(true);
      return;
    }
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      write(false);
    });
  });
  const { route, problems } = parseRoute(bar.location.hash);
  store.setState({ problems });
  void store.actions.start(route);
}
