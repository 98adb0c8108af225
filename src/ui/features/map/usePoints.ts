import { useEffect, useMemo } from 'react';
import type { AtlasLayout } from '../../../engine/atlas/protocol.ts';
import { layoutKey, type Made } from '../../../state/atlas/model.ts';
import { useApp } from '../../app-context.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { groupColours, rampColours } from '../../plots/map/colours.ts';
import { colouredGroups, type ColouredGroup } from '../../plots/map/groups.ts';
import { legendNames, legendRamp, legendSizes, type LegendSpec } from '../../plots/map/legend.ts';
import { conceptPoints, samplePoints, type MapPoints } from '../../plots/map/points.ts';
import { magnitudeRamp, modalityRamp } from '../../plots/map/ramp.ts';
import { parseRgb } from '../../plots/map/rgb.ts';
import { modalityColour } from '../../plots/modality.ts';
import { useDark } from '../../useDark.ts';
import { useAtlas, useAtlasActions, useColumns, useShown } from '../atlas/atlas-context.ts';

/** Groups that the legend names. */
const NAMED = 6;
/** A selection beyond so many is shown by dimming the rest, not by rings. */
export const MOST_RINGS = 300;

const SAMPLE_COLOURS = { image: parseRgb(modalityColour(1)), text: parseRgb(modalityColour(0)) };

/** The map of the layer and layout on show. */
export interface MapScene {
  readonly layout: AtlasLayout | null;
  readonly made: Made<AtlasLayout> | undefined;
  /** Null until there is a layout. */
  readonly points: MapPoints | null;
  readonly legend: Pick<LegendSpec, 'colour' | 'sizes'>;
  /** Groups that are named on the map; none unless they are its colours. */
  readonly groups: readonly ColouredGroup[];
}

/** Everything that the view says about the points, worked out when it changes. */
export function usePoints(): MapScene {
  const { layer, kind, layouts } = useAtlas((s) => ({ layer: s.view.layer, kind: s.view.layout, layouts: s.layouts }));
  const images = useApp((s) => s.pack?.counts.images ?? 0);
  const made = layouts.get(layoutKey(layer, kind));
  const layout = made?.status === 'ready' ? made.value : null;
  const columns = useColumns();
  const shown = useShown();
  const lit = useLit();
  const { colours, legend, groups } = useColours();
  const points = useMemo(() => {
    if (layout === null || columns === null || shown === null) return null;
    const { positions } = layout;
    if (layer === 'samples') return samplePoints(positions, images, SAMPLE_COLOURS);
    return conceptPoints({ positions, energy: columns.energy, modality: columns.modality, colours, shown: shown.mask, lit });
  }, [layout, layer, images, columns, shown, colours, lit]);
  return { layout, made, points, legend, groups };
}

/** What stands out: what a search lights up, else a selection that is too large for rings. */
function useLit(): Uint8Array | null {
  const { lit, selection } = useAtlas((s) => ({ lit: s.lit, selection: s.view.selection }));
  const c = useApp((s) => s.pack?.c ?? 0);
  return useMemo(() => {
    const bright = lit !== null ? [...lit.activations.keys()] : selection.length > MOST_RINGS ? selection : null;
    if (bright === null) return null;
    const mask = new Uint8Array(c);
    for (const concept of bright) if (concept < c) mask[concept] = 1;
    return mask;
  }, [lit, selection, c]);
}

/** Colours of the concepts and what the legend says of them. */
function useColours(): Pick<MapScene, 'legend' | 'groups'> & { readonly colours: Uint8Array } {
  const { language } = useMessages(mapMessages);
  const { layer, colour, kind, within, made, atlas } = useAtlas((s) => ({
    layer: s.view.layer, colour: s.view.colour, kind: s.view.groups, within: s.view.filters.group, made: s.groups.get(s.view.groups), atlas: s.atlas,
  }));
  const actions = useAtlasActions();
  const columns = useColumns();
  const dark = useDark();
  useEffect(() => { if (colour === 'group') void actions.needGroups(kind); }, [colour, kind, actions]);
  return useMemo(() => {
    const none = { colours: new Uint8Array(0), legend: { colour: null, sizes: [] }, groups: [] };
    if (columns === null) return none;
    const sizes = layer === 'concepts' ? legendSizes(columns.energy.reduce((a, b) => Math.max(a, b), 0)) : [];
    if (layer === 'samples') return none;
    if (colour === 'group') {
      const groups = made?.status === 'ready' ? colouredGroups(made.value, within, language) : [];
      return { colours: groupColours(columns.n, groups), groups, legend: { sizes, colour: made?.status === 'ready' ? legendNames(groups, NAMED) : null } };
    }
    const values = colour === 'gap' ? (atlas?.status === 'ready' ? atlas.value.cosineToGap : new Float64Array(columns.n).fill(Number.NaN)) : columns[colour];
    const ramp = colour === 'modality' ? modalityRamp() : magnitudeRamp(values, dark);
    return { colours: rampColours(values, ramp), groups: [], legend: { sizes, colour: legendRamp(ramp) } };
  }, [columns, layer, colour, made, within, language, atlas, dark]);
}
