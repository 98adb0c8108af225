import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../core/errors.ts';
import { parsePreprocessorConfig } from './config.ts';

const CLIP = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] };
const HALF = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const parse = (json: unknown) => parsePreprocessorConfig(json, 'p.json');

describe('parsePreprocessorConfig', () => {
  it('reads an old CLIP file, sizes as numbers', () => {
    const json = { feature_extractor_type: 'CLIPFeatureExtractor', size: 224, crop_size: 224, do_resize: true, do_center_crop: true, do_normalize: true, resample: 3 };
    expect(parse(json)).toEqual({
      alpha: 'drop',
      resize: { shortestEdge: 224 },
      resample: 'bicubic',
      crop: { width: 224, height: 224 },
      rescale: 1 / 255,
      normalise: CLIP,
    });
  });

  it('reads a new CLIP file (also AIMv2), sizes as objects', () => {
    const json = {
      image_processor_type: 'CLIPImageProcessor',
      size: { shortest_edge: 336 },
      crop_size: { height: 336, width: 320 },
      resample: 3,
      rescale_factor: 0.00392156862745098,
      image_mean: CLIP.mean,
      image_std: CLIP.std,
      do_convert_rgb: true,
    };
    expect(parse(json)).toMatchObject({ resize: { shortestEdge: 336 }, crop: { width: 320, height: 336 }, rescale: 1 / 255, normalise: CLIP });
  });

  it('reads SigLIP and fixed-resolution SigLIP 2: both sides, no crop', () => {
    const siglip = { image_processor_type: 'SiglipImageProcessor', size: { height: 384, width: 256 }, do_convert_rgb: null };
    expect(parse(siglip)).toMatchObject({ resize: { width: 256, height: 384 }, crop: undefined, resample: 'bicubic', normalise: HALF });
    expect(parse({ ...siglip, image_processor_type: 'SiglipImageProcessorFast', resample: 2, size: 224 })).toMatchObject({
      resize: { width: 224, height: 224 },
      resample: 'bilinear',
    });
  });

  it('reads MobileCLIP: rescaled, not normalised', () => {
    const json = {
      image_processor_type: 'CLIPFeatureExtractor',
      do_normalize: false,
      resample: 2,
      size: { shortest_edge: 256 },
      crop_size: { height: 256, width: 256 },
      image_mean: [0, 0, 0],
      image_std: [1, 1, 1],
    };
    expect(parse(json)).toMatchObject({ resize: { shortestEdge: 256 }, crop: { width: 256, height: 256 }, resample: 'bilinear', rescale: 1 / 255, normalise: undefined });
  });

  it('has transformers\' defaults for what is left out', () => {
    const clip = { resize: { shortestEdge: 224 }, crop: { width: 224, height: 224 }, resample: 'bicubic', normalise: CLIP };
    expect(parse({})).toMatchObject(clip);
    expect(parse({ image_processor_type: 'ViTImageProcessor' })).toMatchObject({ resize: { width: 224, height: 224 }, crop: undefined, resample: 'bilinear', normalise: HALF });
    expect(parse({ image_processor: { image_processor_type: 'CLIPImageProcessor' }, processor_class: 'CLIPProcessor' })).toMatchObject(clip);
  });

  it('switches steps off, and knows every filter', () => {
    expect(parse({ do_resize: false, do_center_crop: false, do_rescale: false, do_normalize: false })).toMatchObject({
      resize: undefined,
      crop: undefined,
      rescale: undefined,
      normalise: undefined,
    });
    expect([0, 1, 2, 3, 4, 5].map((resample) => parse({ resample }).resample)).toEqual(['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming']);
    expect(parsePreprocessorConfig({}, 'p.json', { alpha: 'white' }).alpha).toBe('white');
  });

  it.each([
    ['no object', [], /^p\.json: must be a JSON object/],
    ['NaFlex SigLIP 2', { image_processor_type: 'Siglip2ImageProcessorFast', max_num_patches: 256 }, /image_processor_type: .*NaFlex/],
    ['another processor', { image_processor_type: 'SamImageProcessor' }, /"SamImageProcessor" is not supported/],
    ['a prototype key', { image_processor_type: 'constructor' }, /"constructor" is not supported/],
    ['a type that is no text', { feature_extractor_type: 7 }, /feature_extractor_type: 7/],
    ['zero size', { size: 0 }, /p\.json: size: must be a whole number from 1 to 4096, but is 0/],
    ['a giant size', { size: { shortest_edge: 1e9 } }, /size\.shortest_edge: .*1000000000/],
    ['half a size', { size: { height: 224 } }, /size\.width: .*nothing/],
    ['the longest edge', { size: { shortest_edge: 1, longest_edge: 2 } }, /size\.longest_edge/],
    ['a fraction', { crop_size: 2.5 }, /crop_size: .*2\.5/],
    ['half a crop', { crop_size: { shortest_edge: 224 } }, /crop_size\.width/],
    ['an unknown filter', { resample: 6 }, /resample: must be a number from 0 to 5/],
    ['a filter by name', { resample: 'bicubic' }, /resample/],
    ['two means', { image_mean: [0, 0] }, /image_mean: must be three numbers/],
    ['a mean of text', { image_mean: ['0', 0, 0] }, /image_mean: must be a finite number/],
    ['a standard deviation of zero', { image_std: [0.5, 0, 0.5] }, /image_std: must be positive/],
    ['one that vanishes in float32', { image_std: 1e-60 }, /image_std/],
    ['an infinite factor', { rescale_factor: Infinity }, /rescale_factor/],
    ['a switch that is no switch', { do_resize: 'yes' }, /do_resize: must be true or false, but is "yes"/],
    ['padding', { do_pad: true }, /do_pad: is not supported/],
  ])('refuses %s, naming the field', (_, json, reason) => {
    expect(() => parse(json)).toThrow(InputError);
    expect(() => parse(json)).toThrow(reason);
  });

  it('throws nothing but InputError for any JSON', () => {
    const keys = fc.constantFrom('size', 'crop_size', 'resample', 'image_mean', 'image_std', 'do_resize', 'rescale_factor', 'image_processor', 'image_processor_type', 'do_pad');
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue())), (json) => {
        try {
          parse(json);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.place.file).toBe('p.json');
        }
      }),
    );
  });
});
