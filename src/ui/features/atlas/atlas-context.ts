import { createContext, useContext, useMemo } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { invariant } from '../../../core/errors.ts';
import { columnsOf, shownConcepts, type ConceptColumns, type Shown } from '../../../state/atlas/columns.ts';
import type { AtlasActions, AtlasState, AtlasStore } from '../../../state/atlas/model.ts';
import { useApp } from '../../app-context.ts';

/** The atlas's store; set by AtlasPage. */
export const AtlasContext = createContext<AtlasStore | null>(null);

function useAtlasStore(): AtlasStore {
  const store = useContext(AtlasContext);
  invariant(store !== null, 'AtlasContext is provided by AtlasPage');
  return store;
}

/** A part of the atlas's state; the component renders again when that part changes. */
export function useAtlas<T>(select: (state: AtlasState) => T): T {
  return useStore(useAtlasStore(), useShallow(select));
}

/** The atlas's actions. */
export function useAtlasActions(): AtlasActions {
  return useAtlasStore().actions;
}

/** The open pack's concepts as columns; null while no pack is open. */
export function useColumns(): ConceptColumns | null {
  const { pack } = useApp((s) => ({ pack: s.pack }));
  return pack === null ? null : columnsOf(pack);
}

/** Which concepts the view's filters keep; null while no pack is open. */
export function useShown(): Shown | null {
  const columns = useColumns();
  const { filters, groups } = useAtlas((s) => ({ filters: s.view.filters, groups: s.groups.get(s.view.groups) }));
  return useMemo(() => {
    if (columns === null) return null;
    const group = filters.group === null || groups?.status !== 'ready' ? null : (groups.value.groups.find(({ id }) => id === filters.group)?.members ?? null);
    return shownConcepts(columns, filters, group);
  }, [columns, filters, groups]);
}
