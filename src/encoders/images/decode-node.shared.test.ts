import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectPixels, type HostileImage } from '../../../tests/fixtures/hostile/images/expectations.ts';
import { type GoldenImage, largestDifference, readManifest, readRgb } from '../../../tests/fixtures/preprocess/goldens.ts';
import { InputError } from '../../core/errors.ts';
import { decodeImage } from './decode-node.ts';

const fixtures = new URL('../../../../shared/fixtures/', import.meta.url);
const present = existsSync(fixtures);
if (!present) console.warn('Skipped: the full image fixtures (../shared/fixtures) are not here.');

const hostileFolder = new URL('hostile/', fixtures);
const manifest = present ? (JSON.parse(readFileSync(new URL('manifest.json', hostileFolder), 'utf8')) as HostileImage[]) : [];
const images = manifest.filter(({ kind }) => kind === 'image');
const read = (file: string): Uint8Array => readFileSync(new URL(encodeURIComponent(file).replaceAll('%2F', '/'), hostileFolder));

describe.skipIf(!present)('all hostile and odd images', () => {
  it.each(images.filter(({ must }) => must === 'load'))('loads $file', async ({ file, expect: pixels }) => {
    const image = await decodeImage(read(file), file);
    if (pixels === undefined) throw new Error(`${file} has no expectation`);
    await expectPixels(image, pixels, file.slice('images/'.length));
  });

  it.each(images.filter(({ must }) => must === 'reject'))('refuses $file', async ({ file }) => {
    await expect(decodeImage(read(file), file)).rejects.toThrow(InputError);
  });
});

describe.skipIf(!present)('decoding equals PIL', () => {
  const folder = new URL('preprocess/', fixtures);
  const decoded = present ? readManifest(folder).images.filter((image): image is GoldenImage & { decoded: string } => image.decoded !== undefined) : [];
  it.each(decoded)('$file', async ({ file, decoded: golden }) => {
    const image = await decodeImage(readFileSync(new URL(file, folder)), file);
    const wanted = await readRgb(new URL(golden, folder));
    expect([image.width, image.height]).toEqual([wanted.width, wanted.height]);
    const rgb = Uint8Array.from({ length: wanted.data.length }, (_, i) => image.data[Math.floor(i / 3) * 4 + (i % 3)] ?? 0);
    // libjpeg-turbo versions may round differently by one level; ours agree exactly today.
    expect(largestDifference(rgb, wanted.data)).toBeLessThanOrEqual(1);
  });
});
