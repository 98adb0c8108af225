import { resolve } from 'node:path';
import { decode } from '../../core/decode.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { l0, r2, r2PerFeature } from '../../core/metrics.ts';
import type { Matrix, SparseCodes } from '../../core/tensor.ts';
import { writeCsr } from '../../formats/csr.ts';
import { EncodeBackend, type BackendEncoder, type BackendName } from '../backend-node.ts';
import { checkOutput, writeOutput } from '../output-node.ts';
import { readDictionary, type DictionaryArguments } from './dictionary.ts';
import { readRows, type Norms } from './rows.ts';

/** Arguments of `cli encode`. */
export interface EncodeArguments extends DictionaryArguments {
  /** npy file `(n, d)`. */
  readonly embeddings: string;
  readonly backend: BackendName;
  readonly norms: Norms;
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
  const dictionary = await readDictionary(args, args.norms);
  const started = performance.now();
  const { codes, backend, adapter, note } = await encodeOnce(dictionary, x, args);
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

async function encodeOnce(dictionary: Dictionary, x: Matrix, { backend, embeddings }: EncodeArguments): Promise<Pick<BackendEncoder, 'backend' | 'adapter' | 'note'> & { codes: SparseCodes }> {
  const on = new EncodeBackend(backend);
  try {
    const encoder = await on.encoder(dictionary);
    return { ...encoder, codes: await encoder.encode(x) };
  } catch (error) {
    throw error instanceof InputError && error.place.field !== '--backend webgpu' ? error.inFile(embeddings) : error;
  } finally {
    await on.close();
  }
}
