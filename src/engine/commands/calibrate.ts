import type { Activation, Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { dictionarySources } from '../../formats/file-source-node.ts';
import type { DictionaryOptions } from '../../formats/importers/importer.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { dictionaryFiles } from '../../formats/writers/native.ts';
import { EncodeBackend, type BackendName } from '../backend-node.ts';
import { checkOutput, writeOutput } from '../output-node.ts';
import type { Progress } from '../protocol.ts';
import { requireFree, writeFolder } from './folder.ts';
import { openRows, pieces, RowCheck, sameWidth, type Norms } from './rows.ts';
import { ThresholdSearch } from './threshold-search.ts';

/** Codes that are held to find θ; twice as many float64 in memory. */
const MAX_CODES = 2 ** 26;

/** Arguments of `cli calibrate`. */
export interface CalibrateArguments extends Pick<DictionaryOptions, 'k' | 'atoms'> {
  readonly dictionary: string;
  /** npy files of embeddings like those that the dictionary will encode. */
  readonly embeddings: readonly string[];
  readonly norms: Norms;
  readonly backend: BackendName;
  /** Folder for the dictionary with its θ; or a `.json` file, the config.json that goes beside an overcomplete state dict. */
  readonly out: string;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What `cli calibrate` prints. */
export interface CalibrateReport {
  readonly theta: number;
  /** Codes a row that were asked for, and that θ gives on these embeddings (more where codes tie). */
  readonly k: number;
  readonly l0: number;
  readonly rows: number;
  readonly backend: BackendName;
  /** The GPU's name; absent on the CPU. */
  readonly adapter?: string;
  readonly out: string;
  readonly notes?: readonly string[];
}

/**
 * Threshold θ of a dictionary on a calibration set, the (k·N)-th largest ReLU code of its N rows: for a BatchTopK dictionary that lost it, or
 * to bring any threshold dictionary to k codes a row. Writes the dictionary with one θ for all concepts.
 * @throws InputError naming the file and the next step; nothing is written then.
 */
export async function calibrateCommand(args: CalibrateArguments): Promise<CalibrateReport> {
  const sidecar = args.out.endsWith('.json');
  if (sidecar) await checkOutput(args.out);
  const opened = await openWithoutTheta(args);
  if (sidecar && opened.source !== 'overcomplete') {
    throw new InputError('a settings file belongs beside an overcomplete state dict, and this is none.', { file: args.dictionary, field: '--out', fix: 'Give a folder to write the whole dictionary to.' });
  }
  const { act, notes } = opened;
  const k = args.k ?? codesARow(act);
  if (k === null) throw new InputError('the file does not say how many codes a row there should be.', { file: args.dictionary, field: '--k', fix: 'Give --k.' });
  if (!(k > 0 && k <= opened.c)) throw new InputError(`${k} codes a row are asked for, of ${opened.c} concepts.`, { field: '--k' });
  if (!sidecar) await requireFree(args.out);

  const { theta, l0, rows, backend, adapter, note } = await search(opened, k, args);
  const kept = Number.isInteger(k) ? k : null;
  const said = [...notes, ...changed(act), `θ = ${theta.toPrecision(6)} was estimated on ${rows} embeddings for ${k} codes a row.`];
  const dictionary: Dictionary = { ...opened, act: { kind: 'batchtopk', k: kept, theta, cmp: '>=' }, notes: said };
  if (sidecar) {
    const config = { sae_class: 'BatchTopKSAE', input_shape: opened.d, nb_concepts: opened.c, ...(kept === null ? {} : { top_k: kept, batch_size: 1 }), running_threshold: theta };
    await writeOutput(args.out, new TextEncoder().encode(`${JSON.stringify(config, null, 1)}\n`));
  } else {
    await writeFolder(args.out, dictionaryFiles(dictionary, { calibrated: { k, theta, rows } }));
  }
  return { theta, k, l0, rows, backend, ...(adapter === null ? {} : { adapter }), out: args.out, notes: [...said, ...(note === null ? [] : [note])] };
}

/** A state dict that does not say θ, or even its activation, is opened as a BatchTopK with a θ that is not used. */
async function openWithoutTheta({ dictionary: path, atoms }: CalibrateArguments): Promise<Dictionary> {
  const sources = await dictionarySources(path);
  const dictionary = await openDictionary(sources, { atoms }).catch((error: unknown) => {
    const unsaid = error instanceof InputError && (error.place.field === 'theta' || error.place.field === 'activation');
    if (!unsaid) throw error;
    return openDictionary(sources, { kind: 'batchtopk', theta: 0, atoms });
  });
  const { kind } = dictionary.act;
  if (kind === 'relu' || kind === 'topk' || kind === 'batchtopk' || kind === 'jumprelu') return dictionary;
  throw new InputError(`a ${kind} dictionary has no threshold to calibrate.`, { file: path });
}

async function search(dictionary: Dictionary, k: number, { embeddings, norms, backend, onProgress }: CalibrateArguments): Promise<{ theta: number; l0: number; rows: number; backend: BackendName; adapter: string | null; note: string | null }> {
  const files = await Promise.all(embeddings.map((path) => openRows(path, norms)));
  sameWidth(files);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const count = Math.round(k * rows);
  if (count < 1 || count > MAX_CODES) {
    throw new InputError(`${k} codes a row of ${rows} rows are ${count} codes; there may be 1 to ${MAX_CODES}.`, { field: '--embeddings', fix: count < 1 ? 'Give more rows.' : 'Calibrate on fewer rows.' });
  }
  const found = new ThresholdSearch(count);
  const on = new EncodeBackend(backend);
  let used: { backend: BackendName; adapter: string | null; note: string | null } = { backend: 'cpu', adapter: null, note: null };
  let done = 0;
  try {
    for (const file of files) {
      const check = new RowCheck(file.name, norms);
      for await (const { x } of pieces(file)) {
        check.add(x);
        const encoder = await on.encoder(found.narrowed(dictionary));
        used = { backend: encoder.backend, adapter: encoder.adapter, note: encoder.note };
        found.add(await encoder.encode(x).catch((error: unknown) => { throw error instanceof InputError ? error.inFile(file.name) : error; }));
        encoder.dispose();
        done += x.rows;
        onProgress?.({ phase: 'encode', done, total: rows, unit: 'items' });
      }
      check.finish();
    }
  } finally {
    await on.close();
  }
  const result = found.finish();
  if (result === null) throw new InputError(`these embeddings have fewer than ${k} positive codes a row.`, { field: '--k', fix: 'Give a smaller --k, or embeddings like those of the training.' });
  return { theta: result.theta, l0: result.reached / rows, rows, ...used };
}

function codesARow(act: Activation): number | null {
  return act.kind === 'topk' || act.kind === 'batchtopk' ? act.k : null;
}

/** What one θ for all concepts replaces. */
function changed(act: Activation): string[] {
  if (act.kind === 'topk') return ['It was a TopK dictionary; now one threshold decides, and k is met on average.'];
  if (act.kind === 'relu') return ['It was a ReLU dictionary without a threshold.'];
  if (act.kind === 'jumprelu' && act.theta.some((value) => value !== act.theta[0])) return ['One threshold replaces the different ones of its concepts.'];
  return [];
}
