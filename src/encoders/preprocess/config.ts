import { InputError } from '../../core/errors.ts';
import { RESAMPLE, type Resample } from './filters.ts';

/** What happens to transparency: `drop` keeps the stored colours (PIL's `convert('RGB')`), `white` blends over white. */
export type AlphaMode = 'drop' | 'white';

/** Image preprocessing of a model, in the order of its steps. */
export interface PreprocessConfig {
  readonly alpha: AlphaMode;
  /** Shortest side to `shortestEdge` with the aspect kept, or to an exact size; undefined: as it is. */
  readonly resize: { readonly shortestEdge: number } | { readonly width: number; readonly height: number } | undefined;
  readonly resample: Resample;
  /** Centre crop, padded with zeros where the image is smaller. */
  readonly crop: { readonly width: number; readonly height: number } | undefined;
  /** Factor on the 8-bit values, in float64. */
  readonly rescale: number | undefined;
  /** `(x − mean) / std` per channel, in float32. */
  readonly normalise: { readonly mean: Triple; readonly std: Triple } | undefined;
}

type Triple = readonly [number, number, number];

/** Longest side that a model's input may have; guards against absurd sizes in a hostile file. */
export const MAX_EDGE = 4096;

type Json = Readonly<Record<string, unknown>>;

interface Defaults {
  readonly size: unknown;
  readonly resample: number;
  readonly crop: boolean;
  readonly mean: Triple;
  readonly std: Triple;
  /** A bare number as `size` means both sides, not the shortest one (transformers' default_to_square). */
  readonly square: boolean;
}

const CLIP_MEAN: Triple = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD: Triple = [0.26862954, 0.26130258, 0.27577711];
const HALVES: Triple = [0.5, 0.5, 0.5];
const CLIP: Defaults = { size: { shortest_edge: 224 }, resample: 3, crop: true, mean: CLIP_MEAN, std: CLIP_STD, square: false };
const SQUARE = { size: { height: 224, width: 224 }, crop: false, mean: HALVES, std: HALVES, square: true };

/** Defaults of transformers' image processors, by name without `ImageProcessor`, `FeatureExtractor`, `Fast`. */
const PROCESSORS: Readonly<Record<string, Defaults>> = {
  CLIP,
  ChineseCLIP: CLIP,
  Siglip: { ...SQUARE, resample: 3 },
  ViT: { ...SQUARE, resample: 2 },
};

/**
 * Reads a transformers `preprocessor_config.json` as CLIP, SigLIP, SigLIP 2 (fixed resolution), AIMv2 and MobileCLIP write
 * it: `size` and `crop_size` as a number or an object, `do_*` switches, PIL's `resample` numbers; what is left out has the
 * default of the processor named in `image_processor_type` (or `feature_extractor_type`; CLIP when neither is there).
 * The torch-based `…Fast` processors resize slightly differently; their files are read as PIL's.
 * Throws InputError naming `file` and the field.
 */
export function parsePreprocessorConfig(json: unknown, file: string, { alpha = 'drop' }: { alpha?: AlphaMode } = {}): PreprocessConfig {
  const root = object(json, file);
  const config = root['image_processor'] === undefined ? root : object(root['image_processor'], file, 'image_processor');
  const defaults = processor(config, file);
  for (const field of ['do_pad', 'do_thumbnail', 'do_flip_channel_order', 'crop_pct', 'rescale_offset']) {
    if (config[field] !== undefined && config[field] !== null && config[field] !== false) {
      throw new InputError('is not supported.', { file, field, fix: 'Use a CLIP- or SigLIP-style model.' });
    }
  }
  return {
    alpha,
    resize: flag(config, 'do_resize', true, file) ? resizeTo(config['size'] ?? defaults.size, defaults.square, file) : undefined,
    resample: resample(config['resample'] ?? defaults.resample, file),
    crop: flag(config, 'do_center_crop', defaults.crop, file) ? cropTo(config['crop_size'] ?? 224, file) : undefined,
    rescale: flag(config, 'do_rescale', true, file) ? finite(config['rescale_factor'] ?? 1 / 255, 'rescale_factor', file) : undefined,
    normalise: flag(config, 'do_normalize', true, file)
      ? {
          mean: triple(config['image_mean'] ?? defaults.mean, 'image_mean', file),
          std: positive(triple(config['image_std'] ?? defaults.std, 'image_std', file), file),
        }
      : undefined,
  };
}

function object(json: unknown, file: string, field?: string): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InputError('must be a JSON object.', { file, field, fix: "Take the model's own preprocessor_config.json." });
  }
  return json as Json;
}

function processor(config: Json, file: string): Defaults {
  const field = config['image_processor_type'] === undefined ? 'feature_extractor_type' : 'image_processor_type';
  const type = config[field] ?? 'CLIPImageProcessor';
  const family = typeof type === 'string' ? type.replace(/(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/, '') : '';
  const defaults = Object.hasOwn(PROCESSORS, family) ? PROCESSORS[family] : undefined;
  if (defaults !== undefined) return defaults;
  const fix =
    family === 'Siglip2'
      ? 'It cuts pictures into a variable number of patches (NaFlex): use a fixed-resolution SigLIP 2 model.'
      : `Known are ${Object.keys(PROCESSORS).join(', ')}; name the one that resizes alike.`;
  throw new InputError(`${JSON.stringify(type)} is not supported.`, { file, field, fix });
}

function flag(config: Json, field: string, fallback: boolean, file: string): boolean {
  const value = config[field] ?? fallback;
  if (typeof value !== 'boolean') throw wrong(value, 'true or false', file, field);
  return value;
}

function resizeTo(size: unknown, square: boolean, file: string): NonNullable<PreprocessConfig['resize']> {
  if (typeof size === 'number') return square ? bothSides(size, 'size', file) : { shortestEdge: edge(size, 'size', file) };
  const fields = object(size, file, 'size');
  if (fields['longest_edge'] !== undefined && fields['longest_edge'] !== null) {
    throw new InputError('is not supported.', { file, field: 'size.longest_edge', fix: 'Give shortest_edge, or height and width.' });
  }
  if (fields['shortest_edge'] !== undefined) return { shortestEdge: edge(fields['shortest_edge'], 'size.shortest_edge', file) };
  return heightAndWidth(fields, 'size', file);
}

function cropTo(size: unknown, file: string): NonNullable<PreprocessConfig['crop']> {
  if (typeof size === 'number') return bothSides(size, 'crop_size', file);
  return heightAndWidth(object(size, file, 'crop_size'), 'crop_size', file);
}

function bothSides(size: unknown, field: string, file: string): { width: number; height: number } {
  return { width: edge(size, field, file), height: edge(size, field, file) };
}

function heightAndWidth(fields: Json, field: string, file: string): { width: number; height: number } {
  return { width: edge(fields['width'], `${field}.width`, file), height: edge(fields['height'], `${field}.height`, file) };
}

function edge(value: unknown, field: string, file: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_EDGE) return value;
  throw wrong(value, `a whole number from 1 to ${MAX_EDGE}`, file, field);
}

function resample(value: unknown, file: string): Resample {
  const name = typeof value === 'number' ? RESAMPLE[value] : undefined;
  if (name === undefined) throw wrong(value, `a number from 0 to 5 (${RESAMPLE.join(', ')})`, file, 'resample');
  return name;
}

function finite(value: unknown, field: string, file: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(value, 'a finite number', file, field);
}

/** Three numbers, or one for all channels. */
function triple(value: unknown, field: string, file: string): Triple {
  const list: unknown[] = Array.isArray(value) ? value : [value, value, value];
  if (list.length !== 3) throw wrong(value, 'three numbers', file, field);
  return [finite(list[0], field, file), finite(list[1], field, file), finite(list[2], field, file)];
}

function positive(std: Triple, file: string): Triple {
  if (std.some((value) => Math.fround(value) <= 0)) throw wrong(std, 'positive numbers', file, 'image_std');
  return std;
}

function wrong(value: unknown, wanted: string, file: string, field: string): InputError {
  const shown = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
  return new InputError(`must be ${wanted}, but is ${shown}.`, { file, field, fix: "Take the model's own preprocessor_config.json." });
}
