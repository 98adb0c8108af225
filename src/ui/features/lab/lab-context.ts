import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { invariant } from '../../../core/errors.ts';
import type { LabActions, LabState, LabStore } from '../../../state/lab/model.ts';

/** The lab's store; set by LabView. */
export const LabContext = createContext<LabStore | null>(null);

function useLabStore(): LabStore {
  const store = useContext(LabContext);
  invariant(store !== null, 'LabContext is provided by LabView');
  return store;
}

/** A part of the lab's state; the component renders again when that part changes. */
export function useLab<T>(select: (state: LabState) => T): T {
  return useStore(useLabStore(), useShallow(select));
}

/** The lab's actions. */
export function useLabActions(): LabActions {
  return useLabStore().actions;
}
