import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../core/errors.ts';
import { type ImageFormat, inspectImage, MAX_IMAGE_BYTES, MAX_PIXELS, MAX_SIDE } from './inspect.ts';

const folder = new URL('../../../tests/fixtures/hostile/images/', import.meta.url);
const text = (content: string): Uint8Array => Uint8Array.from(new TextEncoder().encode(content));
const samples = new Map<ImageFormat, Uint8Array>();

beforeAll(async () => {
  const noise = sharp(Uint8Array.from({ length: 31 * 17 * 4 }, (_, i) => (i * 7919) % 256), { raw: { width: 31, height: 17, channels: 4 } });
  samples.set('png', new Uint8Array(await noise.png().toBuffer()));
  samples.set('jpeg', new Uint8Array(await noise.jpeg({ progressive: true }).toBuffer()));
  samples.set('gif', new Uint8Array(await noise.gif().toBuffer()));
  samples.set('webp', new Uint8Array(await noise.webp().toBuffer()));
  samples.set('avif', new Uint8Array(await noise.avif({ effort: 0 }).toBuffer()));
  samples.set('bmp', new Uint8Array(readFileSync(new URL('plain.bmp', folder))));
});

/** A whole PNG of one colour. */
async function pngOf(width: number, height: number): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: '#000' } }).png({ palette: true, colours: 2 }).toBuffer();
}

describe('inspectImage', () => {
  it.each(['png', 'jpeg', 'gif', 'webp', 'avif', 'bmp'] as const)('knows %s and its size by content', (format) => {
    const size = format === 'bmp' ? { width: 120, height: 80 } : { width: 31, height: 17 };
    expect(inspectImage(samples.get(format) ?? new Uint8Array(), 'name.txt')).toMatchObject({ format, mime: `image/${format}`, ...size });
  });

  it.each(['png', 'jpeg', 'gif', 'webp', 'avif', 'bmp'] as const)('refuses %s cut at any byte', (format) => {
    const whole = samples.get(format) ?? new Uint8Array();
    // A GIF needs no trailer and a BMP's last row may be followed by padding: the pixels are all there.
    const enough = format === 'gif' ? whole.length - 1 : whole.length;
    const step = Math.max(1, Math.floor(enough / 500));
    for (let length = 0; length < enough; length += step) {
      expect(() => inspectImage(whole.subarray(0, length), `cut at ${length}`)).toThrow(InputError);
    }
    expect(() => inspectImage(whole.subarray(0, enough - 1), 'one byte short')).toThrow(InputError);
    expect(inspectImage(whole.subarray(0, enough), 'enough').format).toBe(format);
  });

  it.each(['png', 'jpeg', 'gif', 'webp', 'avif', 'bmp'] as const)('survives any change of two bytes of %s', (format) => {
    const whole = samples.get(format) ?? new Uint8Array();
    const change = fc.tuple(fc.nat(Math.min(whole.length, 600) - 1), fc.nat(255));
    fc.assert(
      fc.property(change, change, (...changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const { width, height } = inspectImage(bytes, 'changed');
          expect(width * height).toBeGreaterThan(0);
          expect(width * height).toBeLessThanOrEqual(MAX_PIXELS);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.place.file).toBe('changed');
        }
      }),
      { numRuns: 400 },
    );
  });

  it('refuses random bytes with an InputError only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => inspectImage(bytes, 'random')).toThrow(InputError);
      }),
    );
  });

  it.each([
    ['an empty file', new Uint8Array(), /empty/],
    ['SVG', text('\uFEFF <?xml version="1.0"?>\n<svg xmlns="x"><script>alert(1)</script></svg>'), /SVG/],
    ['SVG with a doctype', text('<!DOCTYPE svg PUBLIC "x"><svg/>'), /SVG/],
    ['HTML', text('<!doctype html><title>Login</title>'), /web page/],
    ['HTML with a drawing in it', text('<html><body><svg></svg></body></html>'), /web page/],
    ['a Git LFS pointer', text('version https://git-lfs.example/spec/v1\noid sha256:00\nsize 1\n'), /Git LFS/],
    ['text', text('just words'), /not an image/],
    ['HEIC', Uint8Array.from([0, 0, 0, 24, ...text('ftypheic\0\0\0\0mif1heic')]), /HEIC/],
    ['a film', Uint8Array.from([0, 0, 0, 20, ...text('ftypisom\0\0\0\0mp42')]), /film/],
    ['TIFF', Uint8Array.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]), /TIFF/],
  ])('says plainly that a file is %s', (_, bytes, reason) => {
    expect(() => inspectImage(bytes, 'f.png')).toThrow(reason);
    expect(() => inspectImage(bytes, 'f.png')).toThrow(/^f\.png: .*\. [A-Z].*\.$/);
  });

  it('states its limits', async () => {
    expect(() => inspectImage(new Uint8Array(MAX_IMAGE_BYTES + 1), 'big.png')).toThrow(/big\.png: file size: over the limit of 128 MB/);
    expect(inspectImage(await pngOf(MAX_SIDE, 1), 'long.png').width).toBe(MAX_SIDE);
    const tooLong = await pngOf(MAX_SIDE + 1, 1);
    expect(() => inspectImage(tooLong, 'long.png')).toThrow(/longer than 65535/);
    const giant = readFileSync(new URL('solid_12000x12000.png', folder));
    expect(() => inspectImage(giant, 'giant.png')).toThrow(/12000 × 12000 pixels, over the limit of 64 megapixels/);
  });

  it('refuses a JPEG without pixels, with two frame headers, or of a kind that browsers do not decode', () => {
    const frame = (marker: number, bits = 8): number[] => [0xff, marker, 0, 11, bits, 0, 17, 0, 31, 1, 1, 0x11, 0];
    const jpeg = (...parts: number[][]): Uint8Array => Uint8Array.from([0xff, 0xd8, ...parts.flat(), 0xff, 0xd9]);
    const scan = [0xff, 0xda, 0, 2, 1, 2, 0xff, 0, 3];
    expect(inspectImage(jpeg(frame(0xc0), scan), 'a.jpg')).toMatchObject({ width: 31, height: 17 });
    expect(() => inspectImage(jpeg(frame(0xc0)), 'a.jpg')).toThrow(/SOS: no pixel data/);
    expect(() => inspectImage(jpeg(scan), 'a.jpg')).toThrow(/SOF: no frame header/);
    expect(() => inspectImage(jpeg(frame(0xc0), frame(0xc2), scan), 'a.jpg')).toThrow(/second frame header/);
    expect(() => inspectImage(jpeg(frame(0xc9), scan), 'a.jpg')).toThrow(/arithmetic-coded/);
    expect(() => inspectImage(jpeg(frame(0xc1, 12), scan), 'a.jpg')).toThrow(/12 bits a sample/);
  });

  it('follows a JPEG past rubbish after its end', () => {
    const jpeg = samples.get('jpeg') ?? new Uint8Array();
    expect(inspectImage(Uint8Array.from([...jpeg, ...text('motion photo follows'), 0xff]), 'a.jpg').width).toBe(31);
  });
});
