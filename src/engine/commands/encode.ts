import { resolve } from 'node:path';
import { decode } from '../../core/decode.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { l0, normaliseRows, r2, r2PerFeature } from '../../core/metrics.ts';
import { rowOf, type Matrix } from '../../core/tensor.ts';
import { writeCsr } from '../../formats/csr.ts';
import { readEmbeddings } from '../../formats/embeddings.ts';
import { dictionarySources, fileSource } from '../../formats/file-source-node.ts';
import type { DictionaryOptions } from '../../formats/importers/importer.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { encodeOnBackend, type BackendName } from '../backend-node.ts';
import { checkOutput, writeOutput } from '../output-node.ts';

/** Largest distance of a row's norm from 1 at which it counts as normalised; float16 files stay well inside. */
const UNIT_TOLERANCE = 1e-3;

/** Arguments of `cli encode`. */
export interface EncodeArguments extends Omit<DictionaryOptions, 'calibration'> {
  /** Folder of a checkpoint, or its weights file. */
  readonly dictionary: string;
  /** npy file `(n, d)`. */
  readonly embeddings: string;
  readonly backend: BackendName;
  /** What to do with rows whose norm is not 1: refuse them, use them as they are, or divide by the norm. */
  readonly norms: 'refuse' | 'raw' | 'normalise';
  /** npy file of embeddings to estimate a missing θ on; its norms are treated like the others'. */
  readonly calibration?: string | undefined;
  /** npz file to write. */
  readonly out: string;
}

/** What `cli encode` prints. */
export interface EncodeReport {
  readonly rows: number;
  readonly l0: number;
  /** With one scalar mean, as overcomplete computes it. */
  readonly r2: number;
  /** With the mean of each column: 1 − FVU. NaN (null in JSON) for fewer than two different rows. */
  readonly r2PerFeature: number;
  readonly backend: BackendName;
  /** The GPU's name; absent on the CPU. */
  readonly adapter?: string;
  /** Milliseconds of encoding alone, without reading, metrics and writing; on the GPU with start-up and upload. */
  readonly ms: number;
  /** What had to be assumed or estimated, and why another backend ran than the one asked for; absent when nothing. */
  readonly notes?: readonly string[];
}

/**
 * Encodes an embedding file with a dictionary and writes the codes as a SciPy CSR file.
 * @throws InputError naming the file for anything that does not load or fit; nothing is written then.
 */
export async function encodeCommand(args: EncodeArguments): Promise<EncodeReport> {
  await checkOutput(args.out);
  if (resolve(args.out) === resolve(args.embeddings))
    throw new InputError('the codes would overwrite the embeddings.', { file: args.out, field: '--out' });
  const x = await readRows(args.embeddings, args.norms);
  const dictionary = await readDictionary(args);
  const started = performance.now();
  const { codes, backend, adapter, note } = await encodeOnBackend(dictionary, x, args.backend).catch((error: unknown) => {
    throw error instanceof InputError && error.place.field !== '--backend webgpu' ? error.inFile(args.embeddings) : error;
  });
  const ms = performance.now() - started;
  const reconstruction = decode(dictionary, codes, x);
  const report = {
    rows: x.rows,
    l0: l0(codes),
    r2: r2(x, reconstruction),
    r2PerFeature: r2PerFeature(x, reconstruction),
    backend,
    ms: Math.round(ms * 100) / 100,
  };
  await writeOutput(args.out, writeCsr(codes));
  const notes = [...dictionary.notes, ...(note === null ? [] : [note])];
  return { ...report, ...(adapter === null ? {} : { adapter }), ...(notes.length === 0 ? {} : { notes }) };
}

async function readDictionary({ dictionary, kind, k, theta, atoms, calibration, norms }: EncodeArguments): Promise<Dictionary> {
  const options = {
    kind,
    k,
    theta,
    atoms,
    calibration: calibration === undefined ? undefined : await readRows(calibration, norms),
  };
  return openDictionary(await dictionarySources(dictionary), options);
}

async function readRows(path: string, norms: EncodeArguments['norms']): Promise<Matrix> {
  const x = await readEmbeddings(await fileSource(path));
  if (norms === 'refuse') requireUnitRows(x, path);
  if (norms !== 'normalise') return x;
  try {
    return normaliseRows(x);
  } catch (error) {
    throw error instanceof InputError ? error.inFile(path) : error;
  }
}

/** A dictionary of unit embeddings gives plausible nonsense for others, so they are never used without being asked for. */
function requireUnitRows(x: Matrix, path: string): void {
  const off: { row: number; norm: number }[] = [];
  for (let row = 0; row < x.rows; row++) {
    const norm = Math.sqrt(rowOf(x, row).reduce((sum, value) => sum + value * value, 0));
    if (Math.abs(norm - 1) > UNIT_TOLERANCE) off.push({ row, norm });
  }
  if (off.length === 0) return;
  const first = off
    .slice(0, 3)
    .map(({ row, norm }) => `row ${row} (${norm.toPrecision(4)})`)
    .join(', ');
  throw new InputError(
    `${off.length} of ${x.rows} rows do not have norm 1: ${first}${off.length > 3 ? ', …' : ''}. Rows count from 0.`,
    {
      file: path,
      fix: 'Give --normalise to divide by the norms, or --raw to use the rows as they are.',
    },
  );
}
