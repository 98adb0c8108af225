import { readFileSync } from 'node:fs';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { expectPixels, expectUpright, type HostileImage, UPRIGHT } from '../../../tests/fixtures/hostile/images/expectations.ts';
import { InputError } from '../../core/errors.ts';
import { crc32 } from '../../core/crc32.ts';
import { decodeImage } from './decode-node.ts';

const folder = new URL('../../../tests/fixtures/hostile/', import.meta.url);
const read = (file: string): Uint8Array => readFileSync(new URL(encodeURIComponent(file).replaceAll('%2F', '/'), folder));
const manifest = JSON.parse(readFileSync(new URL('images/manifest.json', folder), 'utf8')) as HostileImage[];

describe('hostile and odd images in Node', () => {
  it.each(manifest.filter((entry) => entry.must === 'load'))('loads $file: $why', async ({ file, expect: pixels }) => {
    const image = await decodeImage(read(file), file);
    if (pixels === undefined) throw new Error(`${file} has no expectation`);
    await expectPixels(image, pixels, file.slice('images/'.length));
  });

  it.each(manifest.filter((entry) => entry.must === 'reject'))('refuses $file: $why', async ({ file }) => {
    const error: unknown = await decodeImage(read(file), file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ place: { file } });
    expect((error as InputError).place.fix).toMatch(/\w+.*\.$/);
  });
});

describe('decodeImage in Node', () => {
  it.each([1, 2, 3, 4])('cuts %i channels of 16 bits to the high byte', async (channels) => {
    const values = Uint16Array.from({ length: 9 * 5 * channels }, (_, i) => (i * 40_503 + 255) & 0xffff);
    const { data } = await decodeImage(encode({ width: 9, height: 5, depth: 16, channels, data: values }), 'deep.png');
    const colours = channels < 3 ? 1 : 3;
    for (let pixel = 0; pixel < 45; pixel++) {
      const stored = Array.from(values.subarray(pixel * channels, (pixel + 1) * channels), (value) => value >> 8);
      const rgb = colours === 1 ? [stored[0], stored[0], stored[0]] : stored.slice(0, 3);
      expect([...data.subarray(pixel * 4, pixel * 4 + 4)]).toEqual([...rgb, stored[colours] ?? 255]);
    }
  });

  it('keeps the colours under fully transparent pixels', async () => {
    const data = Uint8Array.from([9, 80, 200, 0, 255, 1, 2, 1, 3, 4, 5, 255]);
    const image = await decodeImage(encode({ width: 3, height: 1, channels: 4, data }), 'a.png');
    expect([...image.data]).toEqual([...data]);
  });

  it('turns every EXIF orientation upright', async () => {
    const stored = Uint8Array.from({ length: 18 }, (_, i) => 10 * Math.floor(i / 3));
    for (const orientation of Object.keys(UPRIGHT).map(Number)) {
      const picture = sharp(stored, { raw: { width: 3, height: 2, channels: 3 } }).withMetadata({ orientation });
      for (const file of [await picture.clone().png().toBuffer(), await picture.clone().webp({ lossless: true }).toBuffer()]) {
        expectUpright(await decodeImage(file, 'turned'), orientation);
      }
    }
  });

  it('reads AVIF', async () => {
    const avif = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#336699' } }).avif({ quality: 90 }).toBuffer();
    const image = await decodeImage(avif, 'a.avif');
    expect([image.width, image.height]).toEqual([20, 10]);
    [0x33, 0x66, 0x99].forEach((value, c) => {
      expect(Math.abs((image.data[c] ?? 0) - value)).toBeLessThan(6);
    });
  });

  it('refuses a PNG that is whole outside and broken inside', async () => {
    const png = encode({ width: 40, height: 40, channels: 1, data: Uint8Array.from({ length: 1600 }, (_, i) => (i * 7919) % 256) });
    const at = new TextDecoder('latin1').decode(png).indexOf('IDAT');
    const length = new DataView(png.buffer, png.byteOffset).getUint32(at - 4);
    png.fill(0xff, at + 40, at + 4 + length);
    new DataView(png.buffer, png.byteOffset).setUint32(at + 4 + length, crc32(png.subarray(at, at + 4 + length)));
    await expect(decodeImage(png, 'inside.png')).rejects.toThrow(/^inside\.png: does not decode as PNG/);
  });
});
