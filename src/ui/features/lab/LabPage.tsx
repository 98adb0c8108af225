import { use, useEffect } from 'react';
import type { LabStore } from '../../../state/lab/model.ts';
import { LabView } from './LabView.tsx';

let opened: Promise<LabStore> | null = null;

/** The Lab view with its store; the lazy route's component. */
export function LabPage({ open }: { readonly open: () => Promise<LabStore> }) {
  opened ??= open();
  const store = use(opened);
  useEffect(() => { void store.actions.start(); }, [store]);
  return <LabView store={store} />;
}
