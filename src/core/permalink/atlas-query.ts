import { defaultAtlasView, type AtlasView } from './atlas-view.ts';

/** Reads one key of a link's query: null where it is missing or cannot be used, which is reported. */
export type ReadKey = <T>(key: string, parse: (value: string) => T | null) => T | null;

/** `key=value` of everything that is not at its default; `open` and `bridge` are part of the path instead. */
export function formatAtlas(view: AtlasView): string[] {
  return view.focus === null ? [] : [`focus=${String(view.focus)}`];
}

/** The atlas's part of a link; whatever is missing or cannot be used is at its default. */
export function parseAtlas(read: ReadKey): AtlasView {
  return { ...defaultAtlasView, focus: read('focus', (value) => (/^\d{1,7}$/.test(value) ? Number(value) : null)) };
}
