import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { invariant } from '../../../core/errors.ts';
import type { PacksActions, PacksState, PacksStore } from '../../../state/packs/model.ts';

/** The store of the view of packs; set by PacksPage. */
export const PacksContext = createContext<PacksStore | null>(null);

function usePacksStore(): PacksStore {
  const store = useContext(PacksContext);
  invariant(store !== null, 'PacksContext is provided by PacksPage');
  return store;
}

/** A part of the state; the component renders again when that part changes. */
export function usePacks<T>(select: (state: PacksState) => T): T {
  return useStore(usePacksStore(), useShallow(select));
}

/** What the view can do. */
export function usePacksActions(): PacksActions {
  return usePacksStore().actions;
}
