import { formatAtlas, parseAtlas } from './atlas-query.ts';
import { defaultAtlasView, type AtlasView } from './atlas-view.ts';
import { MAX_INDEX, MAX_PAYLOAD_LENGTH, MAX_PROBES } from './limits.ts';
import { parseWhole } from './numbers.ts';

/*
 * `#/pack/<id>@<hash>/probe?v=1&q=…&pair=0.1&focus=812&sort=modality`, `…/concept/812?v=1&layout=pca&at=0.1,-0.2,8`: the path is
 * identity, the query is view. Keys at their defaults are left out; unknown keys are ignored, so that later versions can add some.
 */

/** Order of the concepts. */
export type ConceptSort = 'activation' | 'modality' | 'number';

/** What the probe view shows of a readout. */
export interface ViewState {
  /** Positions of the two probes whose match is explained; `null` leaves the choice to the page. */
  readonly pair: readonly [number, number] | null;
  /** Concept in the inspector. */
  readonly focus: number | null;
  readonly sort: ConceptSort;
}

/** The page's views; `packs`, `lab` and `about` have no state of their own in a link. `concept` is `concept/<n>`, `bridges` may be `bridges/<i>-<j>`. */
export type View = 'probe' | 'map' | 'concept' | 'alignment' | 'bridges' | 'lab' | 'packs' | 'about';
/** Views that show the atlas. */
export const ATLAS_VIEWS: readonly View[] = ['map', 'concept', 'alignment', 'bridges'];

/** Everything that a link says. */
export interface Route {
  readonly view: View;
  /** Pack and the first 12 hex digits of its content hash; `null` is the pack that the page comes with. */
  readonly pack: { readonly id: string; readonly hash: string } | null;
  /** Payload for `decodeReadout`. */
  readonly readout: string | null;
  readonly state: ViewState;
  /** What the atlas's views show. */
  readonly atlas: AtlasView;
}

/** What was wrong with a link, for the message catalogue; values are cut to 64 characters. */
export type RouteProblem =
  | { readonly code: 'too-long'; readonly length: number; readonly limit: number }
  | { readonly code: 'unknown-view'; readonly value: string }
  | { readonly code: 'bad-pack'; readonly value: string }
  /** The link pins another pack, or another version of it; found by whoever opens the pack. */
  | { readonly code: 'other-pack'; readonly value: string }
  | { readonly code: 'newer-version'; readonly value: string }
  | { readonly code: 'bad-value'; readonly key: string; readonly value: string };

export const defaultViewState: ViewState = { pair: null, focus: null, sort: 'activation' };

const VERSION = 1;
const HASH_DIGITS = 12;
/** Also what a pack's id has to look like. */
const PACK = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})@([0-9a-f]{12})$/;
const VIEWS: readonly View[] = ['probe', 'lab', 'packs', 'about', ...ATLAS_VIEWS];
const SORTS: readonly ConceptSort[] = ['activation', 'modality', 'number'];
const MAX_VALUE_IN_PROBLEM = 64;
/** Room for path and view beside the payload: the largest selection takes most of it. */
const MAX_LENGTH = MAX_PAYLOAD_LENGTH + 65_536;

/**
 * Hash of a route, starting with `#/`. Keys at their defaults are left out, and so is what `parseRoute` would not take back,
 * such as a pair beyond the probes that a link carries.
 */
export function formatRoute({ view, pack, readout, state, atlas }: Route): string {
  const page = pagePath(view, atlas);
  const path = pack === null ? `#/${page}` : `#/pack/${pack.id}@${pack.hash.slice(0, HASH_DIGITS)}/${page}`;
  if (ATLAS_VIEWS.includes(view)) {
    const query = formatAtlas(atlas);
    return query.length === 0 ? path : `${path}?v=${VERSION}&${query.join('&')}`;
  }
  const query: string[] = [];
  if (readout !== null) query.push(`q=${readout}`);
  const pair = state.pair?.join('.') ?? '';
  if (parsePair(pair) !== null) query.push(`pair=${pair}`);
  const focus = String(state.focus);
  if (parseWhole(focus, MAX_INDEX) !== null) query.push(`focus=${focus}`);
  if (state.sort !== defaultViewState.sort) query.push(`sort=${state.sort}`);
  return query.length === 0 ? path : `${path}?v=${VERSION}&${query.join('&')}`;
}

/**
 * Restores a route from a location hash: missing keys take their defaults, unknown ones are ignored, and whatever cannot be
 * used is reported and replaced by its default. Never throws.
 */
export function parseRoute(hash: string): { route: Route; problems: RouteProblem[] } {
  const problems: RouteProblem[] = [];
  const whole = hash.replace(/^#?\/?/, '');
  const kept = whole.length > MAX_LENGTH ? whole.slice(0, MAX_LENGTH) : whole;
  if (kept !== whole) problems.push({ code: 'too-long', length: whole.length, limit: MAX_LENGTH });
  const mark = kept.indexOf('?');
  const path = mark < 0 ? kept : kept.slice(0, mark);
  // Half a payload is worth nothing, so that an address that is too long keeps its path only.
  const query = new URLSearchParams(mark < 0 || kept !== whole ? '' : kept.slice(mark + 1));

  const { view, pack, open, bridge } = parsePath(path, problems);
  checkVersion(query.get('v'), problems);
  const read = <T>(key: string, parse: (value: string) => T | null): T | null => {
    const value = query.get(key);
    if (value === null) return null;
    const parsed = parse(value);
    if (parsed === null) problems.push({ code: 'bad-value', key, value: shorten(value) });
    return parsed;
  };
  if (ATLAS_VIEWS.includes(view)) {
    return { route: { view, pack, readout: null, state: defaultViewState, atlas: { ...parseAtlas(read), open, bridge } }, problems };
  }
  const route: Route = {
    view,
    pack,
    readout: read('q', (value) => (/^[A-Za-z0-9_-]+$/.test(value) ? value : null)),
    state: {
      pair: read('pair', parsePair),
      focus: read('focus', (value) => parseWhole(value, MAX_INDEX)),
      sort: read('sort', (value) => SORTS.find((sort) => sort === value) ?? null) ?? defaultViewState.sort,
    },
    atlas: defaultAtlasView,
  };
  return { route, problems };
}

interface Path {
  readonly view: View;
  readonly pack: Route['pack'];
  readonly open: number | null;
  readonly bridge: readonly [number, number] | null;
}

/** The path's last parts. Numbers that are no concept's are left out; a concept page without one is that of concept 0. */
function pagePath(view: View, { open, bridge }: AtlasView): string {
  const sub = view === 'concept' ? String(open) : view === 'bridges' && bridge !== null ? bridge.join('-') : '';
  if (sub !== '' && pageOf(view, sub) !== null) return `${view}/${sub}`;
  return view === 'concept' ? 'concept/0' : view;
}

function parsePath(path: string, problems: RouteProblem[]): Path {
  const parts = path.replace(/\/$/, '').split('/', 5);
  const named = parts[0] === 'pack';
  const [page = '', sub, ...rest] = parts.slice(named ? 2 : 0);
  const found = pageOf(page, rest.length > 0 ? null : sub);
  if (found === null && page !== '') problems.push({ code: 'unknown-view', value: shorten([page, sub, ...rest].filter((part) => part !== undefined).join('/')) });
  const on = found ?? { view: 'probe' as const, open: null, bridge: null };
  if (!named) return { ...on, pack: null };
  const [, id, hash] = PACK.exec(unescapeOr(parts[1] ?? '')) ?? [];
  if (id !== undefined && hash !== undefined) return { ...on, pack: { id, hash } };
  problems.push({ code: 'bad-pack', value: shorten(parts[1] ?? '') });
  return { ...on, pack: null };
}

/** The page of a path's last parts; null where there is none. */
function pageOf(page: string, sub: string | null | undefined): Omit<Path, 'pack'> | null {
  const view = VIEWS.find((v) => v === page);
  if (view === undefined || sub === null) return null;
  if (view === 'concept') {
    const open = parseWhole(sub ?? '', MAX_INDEX);
    return open === null ? null : { view, open, bridge: null };
  }
  if (sub === undefined) return { view, open: null, bridge: null };
  const [i, j, ...rest] = sub.split('-', 3).map((part) => parseWhole(part, MAX_INDEX));
  return view !== 'bridges' || i == null || j == null || rest.length > 0 ? null : { view, open: null, bridge: [i, j] };
}

function checkVersion(value: string | null, problems: RouteProblem[]): void {
  if (value === null || value === String(VERSION)) return;
  const version = parseWhole(value, MAX_INDEX);
  if (version !== null && version > VERSION) problems.push({ code: 'newer-version', value });
  else problems.push({ code: 'bad-value', key: 'v', value: shorten(value) });
}

function parsePair(value: string): [number, number] | null {
  const [a, b, ...rest] = value.split('.', 3).map((part) => parseWhole(part, MAX_PROBES));
  return a == null || b == null || a === b || rest.length > 0 ? null : [a, b];
}

/** Some programs escape `@` when they make a link clickable. */
function unescapeOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function shorten(value: string): string {
  return value.slice(0, MAX_VALUE_IN_PROBLEM);
}
