import { use, useEffect } from 'react';
import type { PacksStore } from '../../../state/packs/model.ts';
import '../../styles/packs.css';
import { PacksContext } from './packs-context.ts';
import { PacksView } from './PacksView.tsx';

let opened: Promise<PacksStore> | null = null;

/** The view of packs with its store; the lazy route's component. */
export function PacksPage({ open }: { readonly open: () => Promise<PacksStore> }) {
  opened ??= open();
  const store = use(opened);
  useEffect(() => { void store.actions.refresh(); }, [store]);
  return <PacksContext value={store}><PacksView /></PacksContext>;
}
