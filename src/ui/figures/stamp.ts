/** Name of the tool, as figures and citations write it. */
export const TOOL = 'VLM-Explore';

/** Where a figure comes from; written into its file, and what a citation needs. */
export interface Stamp {
  /** Address that opens the view again. */
  readonly permalink: string;
  /** Null before a pack is open. */
  readonly pack: { readonly id: string; readonly hash: string; readonly title: string } | null;
  /** Of the tool. */
  readonly version: string;
  /** Day of the export in UTC, `YYYY-MM-DD`. */
  readonly date: string;
}

/** `<id>@<hash>` of a stamp's pack. */
export function packName({ pack }: Stamp): string {
  return pack === null ? '' : `${pack.id}@${pack.hash}`;
}

/** The stamp as JSON in plain ASCII, which needs no escaping in XML but `<`, `>` and `&`, and fits a PNG's Latin-1 text. */
export function stampJson(stamp: Stamp): string {
  const json = JSON.stringify({ permalink: stamp.permalink, pack: packName(stamp), tool: TOOL, version: stamp.version, date: stamp.date });
  return json.replace(/[^ -~]/gu, (character) => [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''));
}
