import { commonThreshold, type Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { Matrix } from '../../core/tensor.ts';
import { blobSource } from '../../formats/byte-source.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { dictionaryFiles } from '../../formats/writers/native.ts';
import type { NamedBlob } from '../lab/protocol.ts';
import type { DictionaryPreview, ImportOptions } from './protocol.ts';

/** A dictionary that was brought, as a pack keeps it. */
export interface ReadDictionary {
  readonly dictionary: Dictionary;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly title: string;
  readonly k: number | null;
  readonly theta: number | null;
}

/** What the checkpoint in `files` is; `rows` `(n, d)` are what a threshold would be estimated on. Throws InputError naming the file. */
export async function describeDictionary(files: readonly NamedBlob[], options: ImportOptions, rows: Matrix): Promise<DictionaryPreview> {
  const { dictionary, estimated } = await lookedAt(files, options, rows);
  const { source, d, c, act, norm, notes } = dictionary;
  return {
    tool: source,
    d,
    c,
    activation: act.kind,
    k: 'k' in act ? act.k : null,
    theta: estimated ? null : commonThreshold(act),
    comparator: act.kind === 'batchtopk' || act.kind === 'jumprelu' ? act.cmp : null,
    normalisation: norm.kind,
    notes: estimated ? [...notes.filter((note) => !/θ|threshold/u.test(note)), 'θ will be estimated on the rows that it reads.'] : notes,
    thresholdMissing: thresholdMissing(dictionary),
    fits: d === rows.cols,
  };
}

/** A threshold that is to be estimated needs rows of its model, which are not here yet: any one does to look at the rest. */
async function lookedAt(files: readonly NamedBlob[], options: ImportOptions, rows: Matrix): Promise<{ dictionary: Dictionary; estimated: boolean }> {
  if (options.theta !== 'calibrate') return { dictionary: await open(files, options, rows), estimated: false };
  try {
    return { dictionary: await open(files, { ...options, theta: null }, rows), estimated: false };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { dictionary: await open(files, { ...options, theta: 1 }, rows), estimated: true };
  }
}

/** The checkpoint in `files` for reading `rows` `(n, d)`. Throws InputError when its threshold is neither in the file nor given. */
export async function openOwnDictionary(files: readonly NamedBlob[], options: ImportOptions, rows: Matrix): Promise<ReadDictionary> {
  const dictionary = await open(files, options, rows);
  const title = files.find(({ name }) => /\.(?:pt|pth|safetensors|bin)$/iu.test(name))?.name ?? files[0]?.name ?? 'dictionary';
  if (thresholdMissing(dictionary)) {
    throw new InputError('the checkpoint does not hold its threshold θ.', { file: title, field: 'theta', fix: 'Enter it, or have it estimated.' });
  }
  return {
    dictionary,
    files: dictionaryFiles(dictionary, { imported: { format: dictionary.source, file: title } }),
    title,
    k: 'k' in dictionary.act ? dictionary.act.k : null,
    theta: commonThreshold(dictionary.act),
  };
}

async function open(files: readonly NamedBlob[], { format, activation, k, theta }: ImportOptions, rows: Matrix): Promise<Dictionary> {
  const sources = files.map(({ name, blob }) => blobSource(blob, name));
  return openDictionary(sources, {
    format: format ?? undefined,
    kind: activation ?? undefined,
    k: k ?? undefined,
    theta: typeof theta === 'number' ? theta : undefined,
    calibration: theta === 'calibrate' ? rows : undefined,
  });
}

function thresholdMissing({ act }: Dictionary): boolean {
  return act.kind === 'batchtopk' && act.theta === null;
}
