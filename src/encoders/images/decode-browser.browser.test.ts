import { encode } from 'fast-png';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commands } from 'vitest/browser';
import { expectPixels, expectUpright, type HostileImage, UPRIGHT } from '../../../tests/fixtures/hostile/images/expectations.ts';
import entries from '../../../tests/fixtures/hostile/images/manifest.json';
import { InputError } from '../../core/errors.ts';
import { decodeImage } from './decode-browser.ts';

const manifest = entries as HostileImage[];

async function read(file: string): Promise<Uint8Array> {
  const base64 = await commands.readFile(`tests/fixtures/hostile/${file}`, 'base64');
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('hostile and odd images in the browser', () => {
  it.each(manifest.filter((entry) => entry.must === 'load'))('loads $file: $why', async ({ file, expect: pixels }) => {
    const image = await decodeImage(await read(file), file);
    if (pixels === undefined) throw new Error(`${file} has no expectation`);
    expect(image.approximateAlpha).toBe(false);
    await expectPixels(image, pixels, file.slice('images/'.length));
  });

  it.each(manifest.filter((entry) => entry.must === 'reject'))('refuses $file: $why', async ({ file }) => {
    const decoder = vi.spyOn(globalThis, 'createImageBitmap');
    const error: unknown = await decodeImage(await read(file), file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ place: { file } });
    expect(decoder).not.toHaveBeenCalled();
  });
});

describe('decodeImage in the browser', () => {
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

  // Larger than one texture tile and than one strip of canvas rows, both ways.
  it.each([
    [2100, 2060, 4],
    [2060, 2100, 3],
  ] as const)('reads %i × %i pixels of %i channels back exactly', async (width, height, channels) => {
    const source = new Uint8Array(width * height * channels);
    for (let i = 0; i < source.length; i++) source[i] = Math.imul(i, 0x9e3779b1) >>> 24;
    const image = await decodeImage(encode({ width, height, channels, data: source }, { zlib: { level: 1 } }), 'large.png');
    let different = 0;
    for (let pixel = 0; pixel < width * height; pixel++) {
      for (let c = 0; c < 4; c++) {
        const wanted = c < channels ? source[pixel * channels + c] : 255;
        if (image.data[pixel * 4 + c] !== wanted) different++;
      }
    }
    expect(different).toBe(0);
    expect(image.approximateAlpha).toBe(false);
  });

  it('turns every EXIF orientation of a WebP upright, and takes an invalid one for 1', async () => {
    const canvas = new OffscreenCanvas(3, 2);
    const greys = Uint8ClampedArray.from({ length: 24 }, (_, i) => ((i & 3) === 3 ? 255 : 10 * (i >> 2)));
    canvas.getContext('2d')?.putImageData(new ImageData(greys, 3, 2), 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 1 }); // lossless
    const encoded = new Uint8Array(await blob.arrayBuffer());
    const pixels = encoded.subarray(new TextDecoder('latin1').decode(encoded).indexOf('VP8L'));
    for (const orientation of [...Object.keys(UPRIGHT).map(Number), 9]) {
      const exif = [...ascii('II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0'), orientation, 0, 0, 0, 0, 0, 0, 0];
      const file = [0, 0, 0, 0, ...ascii('WEBPVP8X'), 10, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 1, 0, 0, ...pixels, ...ascii('EXIF'), exif.length, 0, 0, 0, ...exif];
      const webp = Uint8Array.from([...ascii('RIFF'), ...file]);
      new DataView(webp.buffer).setUint32(4, webp.length - 8, true);
      expectUpright(await decodeImage(webp, 'turned.webp'), orientation === 9 ? 1 : orientation);
    }
  });

  it('falls back to the 2D canvas without WebGL2, and says so', async () => {
    const getContext = Reflect.get(OffscreenCanvas.prototype, 'getContext') as () => null;
    vi.spyOn(OffscreenCanvas.prototype, 'getContext').mockImplementation(function (this: OffscreenCanvas, ...args: unknown[]) {
      return args[0] === 'webgl2' ? null : Reflect.apply(getContext, this, args as []);
    });
    const data = Uint8Array.from([200, 100, 50, 255, 200, 100, 50, 128, 200, 100, 50, 0]);
    const image = await decodeImage(encode({ width: 3, height: 1, channels: 4, data }), 'a.png');
    expect(image.approximateAlpha).toBe(true);
    expect([...image.data.subarray(0, 4)]).toEqual([200, 100, 50, 255]);
    expect([image.data[7], image.data[11]]).toEqual([128, 0]);
    const opaque = await decodeImage(encode({ width: 1, height: 1, channels: 3, data: Uint8Array.from([1, 2, 3]) }), 'b.png');
    expect(opaque.approximateAlpha).toBe(false);
  });

  it('names the file when the browser cannot decode it', async () => {
    vi.spyOn(globalThis, 'createImageBitmap').mockRejectedValue(new DOMException('no', 'InvalidStateError'));
    const png = encode({ width: 1, height: 1, channels: 3, data: Uint8Array.from([1, 2, 3]) });
    await expect(decodeImage(png, 'b.png')).rejects.toThrow(/^b\.png: this browser cannot decode it/);
  });
});
