import type { LayoutKind, MapColour } from '../../../core/permalink/atlas-view.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { SelectField } from './SelectField.tsx';

const LAYOUTS: Readonly<Record<'concepts' | 'samples', readonly LayoutKind[]>> = { concepts: ['umap', 'pca', 'energy-pca', 'modality-energy'], samples: ['umap', 'pca'] };
const COLOURS: readonly MapColour[] = ['modality', 'energy', 'frequency', 'stability', 'gap', 'group'];
const LAYERS = ['concepts', 'samples'] as const;
const GROUPS = ['direction', 'coactivation'] as const;
/** The most bridges that are drawn at once. */
const MOST_BRIDGES = 200;

interface Props {
  /** Lines between the samples of pairs; part of the page, not of the link. */
  readonly pairs: boolean;
  readonly onPairs: (shown: boolean) => void;
}

/** What is on the map and how: layer, layout, colour, bridges or pairs. */
export function DisplayControls({ pairs, onPairs }: Props) {
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const { layer, layout, colour, groups, bridges, atlas } = useAtlas((s) => ({
    layer: s.view.layer, layout: s.view.layout, colour: s.view.colour, groups: s.view.groups, bridges: s.view.bridges, atlas: s.atlas,
  }));
  const unpaired = atlas?.status === 'ready' && atlas.value.bridge === null;
  return (
    <div className="map-display">
      <SelectField
        label={t('layer.label')} value={layer} options={LAYERS.map((value) => ({ value, text: t(`layer.${value}`) }))}
        onChange={(value) => { actions.setView({ layer: value, camera: null, layout: LAYOUTS[value].includes(layout) ? layout : 'umap' }); }}
      />
      <SelectField
        label={t('layout.label')} value={layout} options={LAYOUTS[layer].map((value) => ({ value, text: t(`layout.${value}`) }))}
        onChange={(value) => { actions.setView({ layout: value, camera: null }); }}
      />
      <Info about={t('layout.label')}>{t('layout.help')}</Info>
      {layer === 'concepts' ? (
        <>
          <SelectField label={t('colour.label')} value={colour} options={COLOURS.map((value) => ({ value, text: t(`colour.${value}`) }))} onChange={(value) => { actions.setView({ colour: value }); }} />
          {colour === 'group' && (
            <SelectField label={t('groups.label')} value={groups} options={GROUPS.map((value) => ({ value, text: t(`groups.${value}`) }))} onChange={(value) => { actions.setView({ groups: value }); actions.setFilters({ group: null }); }} />
          )}
          <label className="map-field map-bridges">
            <span className="note">{t('bridges.label')}</span>
            <input
              type="range" min={0} max={MOST_BRIDGES} step={1} value={Math.min(bridges, MOST_BRIDGES)} disabled={unpaired}
              aria-valuetext={bridges === 0 ? t('bridges.none') : t('bridges.value', { n: bridges })} onChange={(event) => { actions.setView({ bridges: event.target.valueAsNumber }); }}
            />
            <output className="map-amount">{bridges}</output>
          </label>
          <Info about={t('bridges.label')}>{t('bridges.help')}{unpaired ? ` ${t('bridges.unpaired')}` : ''}</Info>
        </>
      ) : (
        <label className="map-field map-check">
          <input type="checkbox" checked={pairs} onChange={(event) => { onPairs(event.target.checked); }} /> {t('pairs.label')}
        </label>
      )}
    </div>
  );
}
