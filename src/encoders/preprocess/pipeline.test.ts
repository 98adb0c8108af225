import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectGolden, largestDifference, readManifest, readRgb, variantConfig } from '../../../tests/fixtures/preprocess/goldens.ts';
import { readFileSync } from 'node:fs';
import { decodeImage } from '../images/decode-node.ts';
import type { RgbaImage } from '../images/image.ts';
import type { PreprocessConfig } from './config.ts';
import { preprocessImage, resizeAndCrop } from './pipeline.ts';

const folder = new URL('../../../tests/fixtures/preprocess/', import.meta.url);
const manifest = readManifest(folder);
const load = (file: string): Promise<RgbaImage> => decodeImage(readFileSync(new URL(file, folder)), file);
const AS_IT_IS: PreprocessConfig = { alpha: 'drop', resize: undefined, resample: 'bicubic', crop: undefined, rescale: undefined, normalise: undefined };

function noise(width: number, height: number): RgbaImage {
  return { width, height, data: Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => 1 + (Math.imul(i, 0x9e3779b1) >>> 25)) };
}

const goldens = manifest.images.flatMap(({ name, file, variants }) =>
  Object.entries(variants).map(([variant, golden]) => ({ name, file, variant, golden })),
);

describe('preprocessing equals PIL-based processors', () => {
  it.each(goldens)('$name as $variant', async ({ file, variant, golden }) => {
    await expectGolden(folder, await load(file), variantConfig(manifest, variant), golden);
  });

  it('composites over white before the resize, as PIL pastes', async () => {
    const config: PreprocessConfig = { ...variantConfig(manifest, 'clip64'), alpha: 'white' };
    const wanted = await readRgb(new URL('pillow/rgba_over_white__clip64.png', folder));
    expect(largestDifference(resizeAndCrop(await load('images/rgba.png'), config).data, wanted.data)).toBe(0);
  });
});

describe('resizeAndCrop', () => {
  it('cuts and pads with zeros as transformers.center_crop: pixel (y, x) is image (y + ⌊(H − h)/2⌋, x + ⌊(W − w)/2⌋)', () => {
    const side = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(side, side, side, side, (inWidth, inHeight, width, height) => {
        const image = noise(inWidth, inHeight);
        const { data } = resizeAndCrop(image, { ...AS_IT_IS, crop: { width, height } });
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const fromY = y + Math.floor((inHeight - height) / 2);
            const fromX = x + Math.floor((inWidth - width) / 2);
            const inside = fromY >= 0 && fromY < inHeight && fromX >= 0 && fromX < inWidth;
            for (let c = 0; c < 3; c++) {
              expect(data[(y * width + x) * 3 + c]).toBe(inside ? image.data[(fromY * inWidth + fromX) * 4 + c] : 0);
            }
          }
        }
      }),
    );
  });

  it('drops alpha, or shows white through it', () => {
    const image: RgbaImage = { width: 3, height: 1, data: Uint8ClampedArray.from([9, 8, 7, 0, 100, 0, 50, 128, 9, 8, 7, 255]) };
    expect([...resizeAndCrop(image, AS_IT_IS).data]).toEqual([9, 8, 7, 100, 0, 50, 9, 8, 7]);
    // 100·128/255 + 127 = 177.2, 127, 50·128/255 + 127 = 152.1
    expect([...resizeAndCrop(image, { ...AS_IT_IS, alpha: 'white' }).data]).toEqual([255, 255, 255, 177, 127, 152, 9, 8, 7]);
  });

  it('keeps the aspect without a crop, the long side truncated', () => {
    const config: PreprocessConfig = { ...AS_IT_IS, resize: { shortestEdge: 10 } };
    expect(resizeAndCrop(noise(7, 12), config)).toMatchObject({ width: 10, height: 17 });
    expect(resizeAndCrop(noise(12, 7), config)).toMatchObject({ width: 17, height: 10 });
  });

  it('refuses a result too large for any model, and crops an extreme shape without making it', () => {
    const thin: RgbaImage = { width: 60_000, height: 1, data: new Uint8ClampedArray(240_000).fill(77) };
    expect(() => resizeAndCrop(thin, { ...AS_IT_IS, resize: { shortestEdge: 4096 } })).toThrow(/60000 × 1 would become 245760000 × 4096/);
    const cropped = resizeAndCrop(thin, { ...AS_IT_IS, resize: { shortestEdge: 4096 }, crop: { width: 8, height: 8 } });
    expect(cropped.data).toEqual(new Uint8Array(192).fill(77));
  });
});

describe('preprocessImage', () => {
  const image: RgbaImage = { width: 2, height: 1, data: Uint8ClampedArray.from([0, 51, 255, 255, 102, 153, 204, 255]) };

  it('gives channels first, in 8-bit units without rescale and normalise', () => {
    expect([...preprocessImage(image, AS_IT_IS).data]).toEqual([0, 102, 51, 153, 255, 204]);
  });

  it('rescales without normalising (MobileCLIP), and normalises without rescaling', () => {
    const scaled = preprocessImage(image, { ...AS_IT_IS, rescale: 1 / 255 });
    expect([...scaled.data]).toEqual([0, 0.4, 0.2, 0.6, 1, 0.8].map(Math.fround));
    const normalised = preprocessImage(image, { ...AS_IT_IS, normalise: { mean: [1, 2, 3], std: [2, 4, 8] } });
    expect([...normalised.data]).toEqual([-0.5, 50.5, 12.25, 37.75, 31.5, 25.125]);
  });
});
