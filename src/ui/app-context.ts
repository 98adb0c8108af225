import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { invariant } from '../core/errors.ts';
import type { AppState } from '../state/model.ts';
import type { Actions, AppStore } from '../state/store.ts';

/** The page's store; set once by main.tsx. */
export const AppContext = createContext<AppStore | null>(null);

function useAppStore(): AppStore {
  const store = useContext(AppContext);
  invariant(store !== null, 'AppContext is provided by main.tsx');
  return store;
}

/** A part of the state; the component renders again when that part changes. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useAppStore(), useShallow(select));
}

/** The page's actions. */
export function useActions(): Actions {
  return useAppStore().actions;
}
