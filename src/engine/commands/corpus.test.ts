import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../core/errors.ts';
import { matrix } from '../../core/tensor.ts';
import { parseGallery } from '../../packs/gallery/list.ts';
import { openPack } from '../../packs/open.ts';
import { parseManifest } from '../../packs/schema.ts';
import { corpusCommand, iconsOf, uniqueRows } from './corpus.ts';
import { corpusTexts } from './corpus-texts.ts';
import { packTrainCommand } from './pack-train.ts';
import { packVerifyCommand } from './pack-verify.ts';

const scratch = mkdtempSync(join(tmpdir(), 'corpus-'));
const list = join(scratch, 'small.jsonl');
const lines = readFileSync('models/gallery/gallery.jsonl', 'utf8').split('\n').filter((line) => line.includes('@iconify-json/flat-color-icons'));
writeFileSync(list, lines.slice(0, 12).join('\n'));
const items = parseGallery(lines.slice(0, 12).join('\n'), list);

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe('what a corpus is made of', () => {
  it('the gallery first, then the other icons, each once', () => {
    const icons = Object.fromEntries(['not-shown', ...items.map(({ icon }) => icon)].map((icon) => [icon, { body: '' }]));
    const name = '@iconify-json/flat-color-icons';
    const all = iconsOf(items, new Map([[name, { name, version: '1.0.0', icons: { icons } }]]));
    expect(all.map(({ icon }) => icon)).toEqual([...items.map(({ icon }) => icon), 'not-shown']);
  });

  it('texts: the vocabulary, phrases, names of icons without their sizes; each once', () => {
    const apple = { ...(items[0] ?? expect.fail('the list is empty')), name: 'Apple', keywords: ['fruit', 'red'] };
    const texts = corpusTexts([apple, apple], ['apple', 'add-circle-16', 'add-circle-20', 'fog-fill']);
    expect(texts).toEqual(['apple', 'fruit', 'red', 'apple icon', 'apple, fruit, red', 'add circle', 'fog']);
  });

  it('rows: the first of equal ones', () => {
    const x = matrix(4, 2, Float32Array.of(1, 0, 0, 1, 1, 0, 0.6, 0.8));
    expect([...uniqueRows(x).data]).toEqual([...Float32Array.of(1, 0, 0, 1, 0.6, 0.8)]);
  });

  it('names a list that is not there, and refuses a folder in use', async () => {
    const about = { model: 'models/mini-clip', out: join(scratch, 'none') };
    await expect(corpusCommand({ ...about, gallery: join(scratch, 'none.jsonl') })).rejects.toThrow(/none\.jsonl/);
    await expect(corpusCommand({ ...about, gallery: list, out: scratch })).rejects.toThrow(InputError);
  });
});

describe('pack train', () => {
  it('makes a pack that verifies, with a dictionary of its own and the stability of its concepts; a second run changes nothing', async () => {
    const folders = { dictionary: join(scratch, 'sae'), out: join(scratch, 'pack'), work: join(scratch, 'work') };
    const train = () =>
      packTrainCommand({ model: 'models/mini-clip', gallery: list, ...folders, concepts: 32, k: 4, epochs: 4, signal: new AbortController().signal, onProgress: () => undefined });
    const { runs, pack } = await train();
    expect(runs.map(({ recipe }) => [recipe.seed, recipe.concepts, recipe.k])).toEqual([[0, 32, 4], [1, 32, 4], [2, 32, 4]]);
    expect((await packVerifyCommand({ pack: folders.out })).hash).toBe(pack.hash);
    expect(parseManifest(readFileSync(join(folders.out, 'manifest.json'))).dictionary).toMatchObject({ c: 32, k: 4, d: 256 });
    const { stability, modality } = await (await openPack((name) => Promise.resolve(readFileSync(join(folders.out, name))))).concepts();
    expect(stability?.map((value) => value === null)).toEqual(modality.map((m) => m === null));
    const living = (stability ?? []).flatMap((value) => (value === null ? [] : [value]));
    expect(living.length).toBeGreaterThan(0);
    // Other seeds find something else, but not the opposite.
    expect(living.every((value) => value > 0 && value < 1)).toBe(true);
    // All icons of the package, not only those of the list.
    expect(pack.counts.images).toBe(12);
    expect(existsSync(join(folders.work, 'corpus', 'images.npy'))).toBe(true);
    expect((await train()).pack.hash).toBe(pack.hash);
  }, 240_000);
});
