import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { item } from '../../../tests/support/tiny-pack.ts';
import { InputError, IntegrityError } from '../../core/errors.ts';
import { attribution } from './attribution-node.ts';
import { drawItem, type Drawing } from './draw-node.ts';
import { parseGallery } from './list.ts';
import { loadIconPackages, type IconPackage } from './packages-node.ts';
import { openSprites, readGallery, sheetName, spritesKey } from './sprites-node.ts';
import { collectTexts } from './texts.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const heart = item('red heart', ['love'], { package: '@iconify-json/noto', version: '1.2.9' });

describe('parseGallery', () => {
  const line = JSON.stringify(item('heart'));
  it('reads the list of the project', () => {
    const items = parseGallery(readFileSync(`${root}models/gallery/gallery.jsonl`, 'utf8'), 'gallery.jsonl');
    expect(items).toHaveLength(6426);
    expect(items.every(({ licence }) => ['Apache-2.0', 'MIT', 'CC-BY-4.0', 'CC-BY-3.0'].includes(licence))).toBe(true);
  });

  it.each<[string, string]>([
    [`${line}\n{`, 'line 2'],
    [`${line}\n\n[]`, 'line 2, package'],
    [line.replace('"@iconify-json/mdi"', '"../../etc"'), 'line 1, package'],
    [line.replace('"1.2.3"', '"latest"'), 'line 1, version'],
    [line.replace('"name":"heart"', '"name":""'), 'line 1, name'],
    [line.replace('"keywords":[]', '"keywords":[1]'), 'line 1, keywords.0'],
  ])('refuses %s', (text, field) => {
    expect(() => parseGallery(text, 'g.jsonl')).toThrow(expect.objectContaining({ place: { file: 'g.jsonl', field } }) as Error);
  });

  it('refuses an empty list', () => {
    expect(() => parseGallery('\n', 'g.jsonl')).toThrow(InputError);
  });
});

describe('collectTexts', () => {
  const { texts, pairs } = collectTexts([
    item('Red  Heart', ['LOVE', 'red heart', '×', '6:00', 'piña'], { label: { en: 'red heart', ja: 'a' } }),
    item('love', ['date / time', 'filesfolders'], { label: { en: 'love', ja: null } }),
    item('red heart', ['love'], { label: { en: 'red heart', ja: 'b' } }),
    item('red heart', [], { label: { en: 'red heart', ja: 'b' } }),
    item('7'),
  ]);

  it('has every text once: names, then keywords; tidy, and only what the tokenizer can read', () => {
    expect(texts.map(({ text }) => text)).toEqual(['red heart', 'love', 'piña', 'date', 'time', 'files', 'folders']);
    expect(texts.map(({ kind }) => kind)).toEqual(['name', 'name', 'keyword', 'keyword', 'keyword', 'keyword', 'keyword']);
  });

  it('notes which picture carries which, the name first', () => {
    expect(pairs.map((carried) => carried.map((t) => texts[t]?.text))).toEqual([
      ['red heart', 'love', 'piña'],
      ['love', 'date', 'time', 'files', 'folders'],
      ['red heart', 'love'],
      ['red heart'],
      [],
    ]);
  });

  it('takes the commonest Japanese label', () => {
    expect(texts.map(({ ja }) => ja)).toEqual(['b', null, null, null, null, null, null]);
  });
});

/** Smallest box around the pixels that are not clear: left, top, right, bottom margins. */
function margins({ width, height, data }: Drawing): number[] {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let at = 0; at < width * height; at++) {
    if ((data[at * 4 + 3] ?? 0) < 128) continue;
    xs.push(at % width);
    ys.push(Math.floor(at / width));
  }
  return [Math.min(...xs), Math.min(...ys), width - 1 - Math.max(...xs), height - 1 - Math.max(...ys)];
}

describe('drawItem', () => {
  const icons = {
    square: { body: '<path fill="currentColor" d="M0 0h16v16H0z"/>' },
    wide: { body: '<path d="M4 2h16v8H4z"/>', width: 16, height: 8, left: 4, top: 2 },
  };
  const mdi: IconPackage = { name: '@iconify-json/mdi', version: '1.2.3', icons: { icons } };
  const draw = (name: string, size: number): Promise<Drawing> => drawItem(item(name), new Map([[mdi.name, mdi]]), size);

  it('frames with a margin of 3 % of 106 on every side, centred', async () => {
    expect(margins(await draw('square', 212))).toEqual([6, 6, 6, 6]);
    expect(margins(await draw('wide', 212))).toEqual([6, 56, 6, 56]);
  });

  it('draws monochrome pictograms in black on nothing', async () => {
    const { data } = await draw('square', 53);
    expect([...data.subarray((26 * 53 + 26) * 4, (26 * 53 + 26) * 4 + 4)]).toEqual([0, 0, 0, 255]);
    expect([...data.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  });

  it('refuses icons and packages that are not there, and names that objects inherit', async () => {
    await expect(draw('circle', 64)).rejects.toThrow(InputError);
    await expect(draw('constructor', 64)).rejects.toThrow(InputError);
    await expect(drawItem(heart, new Map([[mdi.name, mdi]]), 64)).rejects.toThrow(/not loaded/);
  });
});

describe('loadIconPackages', () => {
  it('draws a heart that is red', async () => {
    const { data } = await drawItem(heart, await loadIconPackages(root, [heart]), 64);
    const [r = 0, g = 0, b = 0, a = 0] = data.subarray((30 * 64 + 32) * 4);
    expect([r > 180, g < 100, b < 100, a]).toEqual([true, true, true, 255]);
  });

  it('refuses another version than that of the list, and packages that are not installed', async () => {
    await expect(loadIconPackages(root, [{ ...heart, version: '1.0.0' }])).rejects.toThrow(IntegrityError);
    await expect(loadIconPackages(root, [heart, { ...heart, version: '1.0.0' }])).rejects.toThrow(/two versions/);
    await expect(loadIconPackages(root, [{ ...heart, package: '@iconify-json/no-such-set' }])).rejects.toThrow(/not installed/);
  });
});

describe('sprites', () => {
  it('have a key that changes with what is drawn, and with nothing else', () => {
    const list = [heart, item('home')];
    const key = spritesKey(list);
    expect(spritesKey(list.map((each) => ({ ...each, name: 'other', keywords: ['x'], split: 'y' })))).toBe(key);
    const others = [[...list].reverse(), [heart], [heart, item('house')], [heart, { ...item('home'), version: '1.2.4' }]];
    expect(new Set([key, ...others.map(spritesKey)]).size).toBe(5);
  });

  it('put item i into cell i & 255 of sheet i >> 8', async () => {
    const items = await readGallery(root);
    const sprites = await openSprites(root);
    expect(sprites).toMatchObject({ items: items.length, sheets: Math.ceil(items.length / 256) });
    const last = items.length - 1;
    const file = await sprites.sheet(last >> 8);
    expect(file.endsWith(sheetName(last >> 8))).toBe(true);
    const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([16 * 96, 16 * 96]);
    const cell = last & 255;
    const drawing = await drawItem(items[last] ?? heart, await loadIconPackages(root, items.slice(-1)), 96);
    const [left, top] = [(cell % 16) * 96, Math.floor(cell / 16) * 96];
    let difference = 0;
    for (let y = 0; y < 96; y++) {
      for (let x = 0; x < 96; x++) difference += Math.abs((data[((top + y) * info.width + left + x) * 4 + 3] ?? 0) - (drawing.data[(y * 96 + x) * 4 + 3] ?? 0));
    }
    expect(difference / (96 * 96)).toBeLessThan(4);
    const next = ((top * info.width) + left + 96) * 4 + 3;
    expect(data[next]).toBe(0);
  });
});

describe('attribution', () => {
  it('credits every package of the list with licence, author and addresses', async () => {
    const items = await readGallery(root);
    const { packages } = await attribution(root, items);
    expect(packages.map((credit) => credit.package)).toEqual([...new Set(items.map((i) => i.package))]);
    expect(packages.reduce((sum, credit) => sum + credit.items, 0)).toBe(items.length);
    for (const credit of packages) {
      const mine = items.filter((i) => i.package === credit.package);
      expect(mine.every((i) => i.licence === credit.licence.spdx && i.version === credit.version)).toBe(true);
      expect(credit.licence.url).toMatch(/^https:\/\//);
      expect(credit.author.url).toMatch(/^https:\/\//);
      expect(credit.author.name).not.toBe('');
    }
  });
});
