/** Captions matched to pictures. */
export interface CaptionMatch {
  readonly texts: readonly string[];
  /** Positions (picture, text). */
  readonly pairs: readonly (readonly [number, number])[];
  /** How: by the file names the lines begin with, line n with picture n, or not at all. */
  readonly how: 'name' | 'order' | 'none';
}

/**
 * Reads captions, one a line. A line `name.png<tab>caption` belongs to that picture, with or without the name's ending, and a
 * picture may have several. Where no line names a picture, line n belongs to picture n, if there are as many of both.
 */
export function matchCaptions(pictures: readonly string[], written: string): CaptionMatch {
  const byName = new Map<string, number>();
  for (const [i, name] of pictures.entries()) {
    for (const key of [name.toLowerCase(), stem(name)]) if (!byName.has(key)) byName.set(key, i);
  }
  const lines = written.split(/\r?\n/u).map((line) => line.trim()).filter((line) => line !== '');
  const read = lines.map((line) => {
    const tab = line.indexOf('\t');
    const name = tab < 0 ? '' : line.slice(0, tab).trim().toLowerCase();
    const picture = name === '' ? undefined : (byName.get(name) ?? byName.get(stem(name)));
    const caption = line.slice(tab + 1).trim();
    return picture === undefined || caption === '' ? { text: line } : { picture, text: caption };
  });
  const named = read.flatMap(({ picture }, i): [number, number][] => (picture === undefined ? [] : [[picture, i]]));
  const texts = read.map(({ text }) => text);
  if (named.length > 0) return { texts, pairs: named, how: 'name' };
  const inOrder = texts.length === pictures.length && texts.length > 0;
  return { texts, pairs: inOrder ? texts.map((_, i) => [i, i] as const) : [], how: inOrder ? 'order' : 'none' };
}

/** Captions of one file as lines: `cat.txt` beside `cat.png` is about that picture, any other file is taken as it is. */
export function captionLines(file: string, content: string, pictures: readonly string[]): string {
  const about = pictures.find((name) => stem(name) === stem(file));
  const lines = content.split(/\r?\n/u).map((line) => line.trim()).filter((line) => line !== '');
  return lines.map((line) => (about === undefined ? line : `${about}\t${line}`)).join('\n');
}

function stem(name: string): string {
  return name.toLowerCase().replace(/\.[a-z0-9]{1,5}$/u, '');
}
