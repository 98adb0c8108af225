/** What the atlas's views show of a pack: the part of a link that is about the map, a concept, alignment and bridges. */

/** Ways to lay concepts out, see `core/layout/concept-layout.ts`; samples have the first two only. */
export type LayoutKind = 'umap' | 'pca' | 'energy-pca' | 'modality-energy';
/** What a point's colour says. */
export type MapColour = 'modality' | 'energy' | 'frequency' | 'stability' | 'gap' | 'group';
/** What groups are made from. */
export type GroupKind = 'direction' | 'coactivation';
/** How bridges are listed. */
export type BridgesAs = 'list' | 'matrix' | 'graph';

/** A closed range of a concept's values; null bounds are open. */
export type Range = readonly [number | null, number | null];

/** Which concepts are shown; everything else is left out and counted. */
export interface AtlasFilters {
  /** Concepts that no item activates. */
  readonly dead: boolean;
  /** Concepts active on `ALWAYS_ON` of the items or more. */
  readonly alwaysOn: boolean;
  /** Mean of the modalities' energies; modality score; share of items. Concepts without a value are kept unless a bound is set. */
  readonly energy: Range;
  readonly modality: Range;
  readonly frequency: Range;
  /** A group of the tree of `groups`, by its id. */
  readonly group: number | null;
}

/** Everything of the atlas that a link carries. Keys at their defaults are left out of it. */
export interface AtlasView {
  /** Concept whose page is open, and bridge (image side, text side) whose page is; part of the path. */
  readonly open: number | null;
  readonly bridge: readonly [number, number] | null;
  readonly layer: 'concepts' | 'samples';
  readonly layout: LayoutKind;
  readonly colour: MapColour;
  readonly groups: GroupKind;
  readonly filters: AtlasFilters;
  /** Bridges drawn on the map: the strongest so many. */
  readonly bridges: number;
  /** Centre of the map in layout units, and zoom relative to the whole in view; null: the whole. */
  readonly camera: { readonly x: number; readonly y: number; readonly zoom: number } | null;
  /** Chosen concepts, rising. */
  readonly selection: readonly number[];
  /** Words searched for in the labels. */
  readonly query: string;
  /** Payload (permalink codec v1) of the one probe that lights up the concepts it activates. */
  readonly meaning: string | null;
  /** Concept in the inspector of the map and of the plots. */
  readonly focus: number | null;
  readonly bridgesAs: BridgesAs;
}

/** Concepts active on so large a share of the items are left out by default: they are in everything's company (method.md, "Layout"). */
export const ALWAYS_ON = 0.6;

export const defaultAtlasView: AtlasView = {
  open: null,
  bridge: null,
  layer: 'concepts',
  layout: 'umap',
  colour: 'modality',
  groups: 'direction',
  filters: { dead: false, alwaysOn: false, energy: [null, null], modality: [null, null], frequency: [null, null], group: null },
  bridges: 0,
  camera: null,
  selection: [],
  query: '',
  meaning: null,
  focus: null,
  bridgesAs: 'list',
};
