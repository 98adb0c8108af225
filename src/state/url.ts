import { parseRoute } from '../core/permalink/route.ts';
import type { AppStore } from './store.ts';

/** The part of `window` that the binding needs. */
export interface AddressBar {
  readonly location: { readonly hash: string };
  readonly history: { replaceState(data: unknown, unused: string, url: string): void };
  addEventListener(type: 'hashchange', listener: () => void): void;
}

/**
 * Starts the store from the address and keeps the address showing what is on the page, so that a reload or a bookmark
 * brings it back. A hash the user typed or followed restarts from it; one we wrote ourselves does not.
 */
export function bindAddress(store: AppStore, bar: AddressBar): void {
  let written = bar.location.hash;
  let scheduled = false;

  const open = (): void => {
    const { route, problems } = parseRoute(bar.location.hash);
    store.setState({ problems });
    void store.actions.start(route);
  };
  bar.addEventListener('hashchange', () => {
    if (bar.location.hash === written) return;
    written = bar.location.hash;
    open();
  });
  store.subscribe((state, before) => {
    const same = state.probes === before.probes && state.view === before.view && state.similarities === before.similarities;
    if (same || scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      const now = store.getState();
      // The example has its own place, the empty address; probes under way have nothing to carry yet.
      if (now.example || now.pack === null || now.probes.some((p) => p.readout === null)) return;
      const { hash } = store.actions.link();
      if (hash === written) return;
      written = hash;
      bar.history.replaceState(null, '', hash);
    });
  });
  open();
}

