import { defaultAtlasView, type AtlasFilters, type AtlasView, type BridgesAs, type GroupKind, type LayoutKind, type MapColour, type Range } from './atlas-view.ts';
import { MAX_INDEX, MAX_PAYLOAD_LENGTH } from './limits.ts';
import { parseDecimal, parseWhole, toDecimals, toSignificant } from './numbers.ts';
import { formatSelection, parseSelection } from './selection.ts';

/** Reads one key of a link's query: null where it is missing or cannot be used, which is reported. */
export type ReadKey = <T>(key: string, parse: (value: string) => T | null) => T | null;

type Camera = NonNullable<AtlasView['camera']>;

const LAYERS: readonly AtlasView['layer'][] = ['concepts', 'samples'];
const LAYOUTS: Readonly<Record<AtlasView['layer'], readonly LayoutKind[]>> = { concepts: ['umap', 'pca', 'energy-pca', 'modality-energy'], samples: ['umap', 'pca'] };
const COLOURS: readonly MapColour[] = ['modality', 'energy', 'frequency', 'stability', 'gap', 'group'];
const GROUPS: readonly GroupKind[] = ['direction', 'coactivation'];
const BRIDGES_AS: readonly BridgesAs[] = ['list', 'matrix', 'graph'];

/** UTF-16 units of the words that are searched for. */
const MAX_QUERY_LENGTH = 200;
const MAX_BRIDGES = 100_000;
/** Layouts lie within ±1, so that this is far off the map already. */
const MAX_POSITION = 100;
const ZOOM = { min: 0.1, max: 10_000 } as const;
/** Decimals of a position at zoom 1: less than a pixel of a map 5 000 pixels wide. */
const POSITION_DECIMALS = 4;
/** Energies are means of squared or plain activations of unit embeddings; this is beyond all of them. */
const MAX_ENERGY = 1_000_000;

/**
 * `key=value` of everything that is not at its default; `open` and `bridge` are part of the path instead. What `parseAtlas`
 * would not take back is left out, and measured numbers are rounded, so that reading and writing again changes nothing.
 */
export function formatAtlas(view: AtlasView): string[] {
  const { filters } = view;
  const base = defaultAtlasView;
  const layout = LAYOUTS[view.layer].includes(view.layout) ? view.layout : base.layout;
  const parts: (string | null)[] = [
    pair('layer', view.layer, base.layer),
    pair('layout', layout, base.layout),
    pair('color', view.colour, base.colour),
    pair('groups', view.groups, base.groups),
    pair('dead', filters.dead ? '1' : '0', '0'),
    pair('always', filters.alwaysOn ? '1' : '0', '0'),
    pair('e', formatRange(filters.energy, MAX_ENERGY)),
    pair('m', formatRange(filters.modality, 1)),
    pair('f', formatRange(filters.frequency, 1)),
    pair('group', formatWhole(filters.group, MAX_INDEX)),
    pair('bridges', formatWhole(view.bridges, MAX_BRIDGES + 1), String(base.bridges)),
    pair('at', formatCamera(view.camera)),
    pair('sel', formatSelection(view.selection)),
    // Escapes everything that means something in an address, and never throws, whatever was typed.
    view.query === '' || view.query.length > MAX_QUERY_LENGTH ? null : new URLSearchParams({ find: view.query }).toString(),
    pair('q', view.meaning === null ? null : parsePayload(view.meaning)),
    pair('focus', formatWhole(view.focus, MAX_INDEX)),
    pair('as', view.bridgesAs, base.bridgesAs),
  ];
  return parts.filter((part) => part !== null);
}

/** The atlas's part of a link; whatever is missing or cannot be used is at its default. `open` and `bridge` are null. */
export function parseAtlas(read: ReadKey): AtlasView {
  const base = defaultAtlasView;
  const layer = read('layer', oneOf(LAYERS)) ?? base.layer;
  const filters: AtlasFilters = {
    dead: read('dead', parseFlag) ?? base.filters.dead,
    alwaysOn: read('always', parseFlag) ?? base.filters.alwaysOn,
    energy: read('e', (value) => parseRange(value, MAX_ENERGY)) ?? base.filters.energy,
    modality: read('m', (value) => parseRange(value, 1)) ?? base.filters.modality,
    frequency: read('f', (value) => parseRange(value, 1)) ?? base.filters.frequency,
    group: read('group', (value) => parseWhole(value, MAX_INDEX)),
  };
  return {
    open: null,
    bridge: null,
    layer,
    layout: read('layout', oneOf(LAYOUTS[layer])) ?? base.layout,
    colour: read('color', oneOf(COLOURS)) ?? base.colour,
    groups: read('groups', oneOf(GROUPS)) ?? base.groups,
    filters,
    bridges: read('bridges', (value) => parseWhole(value, MAX_BRIDGES + 1)) ?? base.bridges,
    camera: read('at', parseCamera),
    selection: read('sel', parseSelection) ?? base.selection,
    query: read('find', (value) => (value.length <= MAX_QUERY_LENGTH ? value : null)) ?? base.query,
    meaning: read('q', parsePayload),
    focus: read('focus', (value) => parseWhole(value, MAX_INDEX)),
    bridgesAs: read('as', oneOf(BRIDGES_AS)) ?? base.bridgesAs,
  };
}

function pair(key: string, value: string | null, usual: string | null = null): string | null {
  return value === null || value === usual ? null : `${key}=${value}`;
}

function oneOf<T extends string>(values: readonly T[]): (value: string) => T | null {
  return (value) => values.find((known) => known === value) ?? null;
}

function parseFlag(value: string): boolean | null {
  return value === '1' ? true : value === '0' ? false : null;
}

function parsePayload(value: string): string | null {
  return value.length <= MAX_PAYLOAD_LENGTH && /^[A-Za-z0-9_-]+$/.test(value) ? value : null;
}

/** A whole number that `parseWhole` takes back, else null. */
function formatWhole(value: number | null, end: number): string | null {
  const text = String(value);
  return parseWhole(text, end) === null ? null : text;
}

/** `lo~hi` from 0 to `max`, an open bound being empty; null for what is open on both sides, or no range. */
function formatRange(range: Range, max: number): string | null {
  const text = range.map((bound) => (bound === null ? '' : String(toSignificant(bound)))).join('~');
  return parseRange(text, max) === null ? null : text;
}

function parseRange(value: string, max: number): Range | null {
  const bounds = value.split('~', 3);
  const [low, high] = bounds.map((text) => (text === '' ? null : (parseDecimal(text, 0, max) ?? Number.NaN)));
  if (bounds.length !== 2 || low === undefined || high === undefined) return null;
  if (low === null && high === null) return null;
  if (Number.isNaN(low) || Number.isNaN(high) || (low ?? 0) > (high ?? max)) return null;
  return [low === null ? null : toSignificant(low), high === null ? null : toSignificant(high)];
}

/** `x,y,zoom`; null for what is no place on a map. */
function formatCamera(camera: Camera | null): string | null {
  if (camera === null) return null;
  const { x, y, zoom } = roundCamera(camera);
  const text = [x, y, zoom].join(',');
  return parseCamera(text) === null ? null : text;
}

function parseCamera(value: string): Camera | null {
  const [x, y, zoom, ...rest] = value.split(',', 4);
  const camera = {
    x: parseDecimal(x ?? '', -MAX_POSITION, MAX_POSITION),
    y: parseDecimal(y ?? '', -MAX_POSITION, MAX_POSITION),
    zoom: parseDecimal(zoom ?? '', ZOOM.min, ZOOM.max),
  };
  if (camera.x === null || camera.y === null || camera.zoom === null || rest.length > 0) return null;
  return roundCamera({ x: camera.x, y: camera.y, zoom: camera.zoom });
}

/** Zoom to four digits, and the centre as finely as that zoom shows it: the same screen at any depth. */
function roundCamera({ x, y, zoom }: Camera): Camera {
  const scale = toSignificant(zoom);
  const decimals = POSITION_DECIMALS + (scale > 1 && scale <= ZOOM.max ? Math.ceil(Math.log10(scale)) : 0);
  return { x: toDecimals(x, decimals), y: toDecimals(y, decimals), zoom: scale };
}
