import { use, useEffect } from 'react';
import type { AtlasStore } from '../../../state/atlas/model.ts';
import { useApp } from '../../app-context.ts';
import { AlignmentView } from '../alignment/AlignmentView.tsx';
import { BridgesView } from '../bridges/BridgesView.tsx';
import { ConceptView } from '../concept/ConceptView.tsx';
import { MapView } from '../map/MapView.tsx';
import { Messages } from '../../primitives/Messages.tsx';
import '../../styles/atlas.css';
import '../../styles/figures.css';
import { AtlasContext } from './atlas-context.ts';

let opened: Promise<AtlasStore> | null = null;

/** The view of the atlas that the address names, with the atlas's store; the lazy route's component. */
export function AtlasPage({ open }: { readonly open: () => Promise<AtlasStore> }) {
  opened ??= open();
  const store = use(opened);
  const { page, pack } = useApp((s) => ({ page: s.page, pack: s.pack }));
  useEffect(() => { if (pack !== null) void store.actions.start(); }, [store, pack]);
  return (
    <AtlasContext value={store}>
      <div className="atlas-page">
        <Messages />
        {page === 'map' && <MapView />}
        {page === 'concept' && <ConceptView />}
        {page === 'alignment' && <AlignmentView />}
        {page === 'bridges' && <BridgesView />}
      </div>
    </AtlasContext>
  );
}
