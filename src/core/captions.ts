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

/**
 * Captions of one file as lines `picture<tab>caption`. Known are JSON Lines and JSON lists of objects (`file_name`, `caption`, …), COCO's
 * captions (`images`, `annotations`), tables with a head (`image,caption`, also with tabs or Flickr30k's bars), Flickr's token files
 * (`name.jpg#0<tab>caption`), and `cat.txt` beside `cat.png`, which is about that picture; any other file is taken as it is.
 */
export function captionLines(file: string, content: string, pictures: readonly string[]): string {
  const pairs = /\.jsonl?$/iu.test(file) ? fromJson(content) : /\.(?:csv|tsv)$/iu.test(file) ? fromTable(content) : null;
  if (pairs !== null) return pairs.map(({ picture, caption }) => (picture === '' ? tidy(caption) : `${baseName(picture)}\t${tidy(caption)}`)).join('\n');
  const about = pictures.find((name) => stem(name) === stem(file));
  const lines = content.split(/\r?\n/u).map((line) => line.trim().replace(/^([^\t]+?)#\d+\t/u, '$1\t')).filter((line) => line !== '');
  return lines.map((line) => (about === undefined ? line : `${about}\t${line}`)).join('\n');
}

interface Caption {
  /** File name, perhaps with folders; empty where the order says it. */
  readonly picture: string;
  readonly caption: string;
}

const PICTURE_KEYS = ['file_name', 'filename', 'image', 'image_path', 'image_name', 'file', 'path', 'img', 'name'];
const CAPTION_KEYS = ['caption', 'captions', 'text', 'sentence', 'comment', 'title', 'description'];

/** Objects of a JSON list or of JSON Lines, or COCO's; null for anything else. */
function fromJson(content: string): Caption[] | null {
  const whole = parsed(content);
  if (isObject(whole) && Array.isArray(whole['images']) && Array.isArray(whole['annotations'])) {
    const names = new Map(whole['images'].filter(isObject).map((image) => [image['id'], textOf(image, PICTURE_KEYS)]));
    return whole['annotations'].filter(isObject).flatMap((one) => captionsOf(one).map((caption) => ({ picture: names.get(one['image_id']) ?? '', caption })));
  }
  const list: unknown[] = Array.isArray(whole) ? whole : whole === undefined ? content.split('\n').map(parsed) : [whole];
  const objects = list.filter(isObject);
  if (objects.length > 0) return objects.flatMap((one) => captionsOf(one).map((caption) => ({ picture: textOf(one, PICTURE_KEYS), caption })));
  const strings = list.filter((one) => typeof one === 'string');
  return strings.length > 0 ? strings.map((caption) => ({ picture: '', caption })) : null;
}

/** A table whose head names its columns; null without one. */
function fromTable(content: string): Caption[] | null {
  const head = content.slice(0, content.search(/\r?\n|$/u));
  const between = ['\t', '|', ';', ','].find((mark) => head.includes(mark));
  if (between === undefined) return null;
  const [first = [], ...rows] = cells(content, between);
  const names = first.map((name) => name.trim().toLowerCase());
  const column = (keys: readonly string[]): number => names.findIndex((name) => keys.includes(name));
  const [picture, caption] = [column(PICTURE_KEYS), column(CAPTION_KEYS)];
  if (picture < 0 || caption < 0) return null;
  return rows.flatMap((row) => {
    // An unquoted caption may hold the mark itself: the last column takes the rest.
    const text = caption === names.length - 1 ? row.slice(caption).join(between) : (row[caption] ?? '');
    return text.trim() === '' ? [] : [{ picture: (row[picture] ?? '').trim(), caption: text }];
  });
}

/** Cells of a table, with quotes as in RFC 4180. */
function cells(content: string, between: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < content.length; i++) {
    const character = content[i] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (content[i + 1] === '"') cell += content[++i] ?? '';
      else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (character === between) {
      row.push(cell);
      cell = '';
    } else if (character === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else if (character !== '\r') cell += character;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}

function captionsOf(one: Readonly<Record<string, unknown>>): string[] {
  for (const key of CAPTION_KEYS) {
    const value = one[key];
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return value.filter((each) => typeof each === 'string');
  }
  return [];
}

function textOf(one: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
  const value = keys.map((key) => one[key]).find((each) => typeof each === 'string');
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One line: a tab or a line break within would be read as another. */
function tidy(caption: string): string {
  return caption.replace(/\s+/gu, ' ').trim();
}

function baseName(path: string): string {
  return path.split(/[/\\]/u).at(-1) ?? path;
}

function stem(name: string): string {
  return name.toLowerCase().replace(/\.[a-z0-9]{1,5}$/u, '');
}
