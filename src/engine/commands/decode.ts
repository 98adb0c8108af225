import { resolve } from 'node:path';
import { decode } from '../../core/decode.ts';
import { InputError } from '../../core/errors.ts';
import { readCsr } from '../../formats/csr.ts';
import { fileSource } from '../../formats/file-source-node.ts';
import { writeNpy } from '../../formats/npy.ts';
import { checkOutput, writeOutput } from '../output-node.ts';
import { readDictionary, type DictionaryArguments } from './dictionary.ts';
import { readRows } from './rows.ts';

/** Arguments of `cli decode`. */
export interface DecodeArguments extends DictionaryArguments {
  /** npz file of codes `(n, c)`, ours or SciPy's CSR. */
  readonly codes: string;
  /** npy file of the embeddings `(n, d)` that the codes came from, for dictionaries that rescale each row. */
  readonly embeddings?: string | undefined;
  /** npy file to write. */
  readonly out: string;
}

/** What `cli decode` prints. */
export interface DecodeReport {
  readonly rows: number;
  readonly dimensions: number;
  /** Milliseconds of decoding alone. */
  readonly ms: number;
  /** What had to be assumed; absent when nothing. */
  readonly notes?: readonly string[];
}

/**
 * Reconstructs embeddings `x̂ = z·W_dec + b_dec` of a file of codes, and writes them as float32.
 * @throws InputError naming the file for anything that does not load or fit; nothing is written then.
 */
export async function decodeCommand(args: DecodeArguments): Promise<DecodeReport> {
  await checkOutput(args.out);
  for (const input of [args.codes, args.embeddings]) {
    if (input !== undefined && resolve(args.out) === resolve(input)) throw new InputError('the reconstructions would overwrite it.', { file: input, field: '--out' });
  }
  const codes = await readCsr(await fileSource(args.codes));
  const dictionary = await readDictionary(args, 'raw');
  const { c, d, notes } = dictionary;
  if (codes.cols !== c) throw new InputError(`codes of ${codes.cols} concepts do not belong to a dictionary of ${c}.`, { file: args.codes, fix: 'Use the dictionary that made the codes.' });
  const x = args.embeddings === undefined ? undefined : await readRows(args.embeddings, 'raw');
  if (x !== undefined && (x.rows !== codes.rows || x.cols !== d)) {
    throw new InputError(`embeddings (${x.rows}, ${x.cols}) do not belong to codes of ${codes.rows} rows and a dictionary of ${d} dimensions.`, { file: args.embeddings, fix: 'Use the embeddings that the codes came from.' });
  }
  const started = performance.now();
  const reconstructions = decode(dictionary, codes, x);
  const ms = Math.round((performance.now() - started) * 100) / 100;
  await writeOutput(args.out, writeNpy({ dtype: 'float32', shape: [codes.rows, d], data: reconstructions.data }));
  return { rows: codes.rows, dimensions: d, ms, ...(notes.length === 0 ? {} : { notes }) };
}
