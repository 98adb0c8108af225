import { useState } from 'react';
import { useApp } from '../../app-context.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { ConceptPanel } from './ConceptPanel.tsx';
import { LitList } from './LitList.tsx';
import { SamplePanel } from './SamplePanel.tsx';
import { SelectionPanel } from './SelectionPanel.tsx';

/** What is known of what is pointed at, chosen or lit; a sheet on narrow screens. `sample` is the sample that is pointed at or chosen. */
export function MapInspector({ sample, onClose }: { readonly sample: number | null; readonly onClose: () => void }) {
  const { t: page } = useText();
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const c = useApp((s) => s.pack?.c ?? 0);
  const { layer, hover, focus, selection, lit } = useAtlas((s) => ({ layer: s.view.layer, hover: s.hover, focus: s.view.focus, selection: s.view.selection, lit: s.lit }));
  const concept = hover ?? focus;
  const kept = layer === 'samples' ? sample : focus;
  // A sheet that was closed stays away until something else is chosen.
  const chosen = JSON.stringify([kept, selection.length, lit?.text ?? lit?.activations.size]);
  const [closed, setClosed] = useState<string | null>(null);
  const open = closed !== chosen && (kept !== null || selection.length > 0 || lit !== null);
  return (
    <aside className={open ? 'map-inspector open' : 'map-inspector'} aria-label={t('inspector.label')}>
      <button type="button" className="map-close quiet" aria-label={page('app.close')} onClick={() => { setClosed(chosen); actions.setView({ focus: null }); onClose(); }}>✕</button>
      <LitList />
      {layer === 'concepts' && <SelectionPanel />}
      {layer === 'samples'
        ? (sample === null ? <p className="note">{t('inspector.none.samples')}</p> : <SamplePanel point={sample} />)
        : (concept === null || concept >= c ? <p className="note">{t('inspector.none')}</p> : <ConceptPanel concept={concept} />)}
    </aside>
  );
}
