import { readFile } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import { InputError } from '../../core/errors.ts';
import type { Contribution } from '../../core/pair.ts';
import { parseManifest } from '../../packs/schema.ts';
import { Engine } from '../engine.ts';
import { findRoot, nodeEnvironment } from '../environment-node.ts';
import type { KnownProbe } from '../protocol.ts';
import type { CallContext } from '../server.ts';

/** What `cli probe` was asked for. */
export interface ProbeOptions {
  /** Folder of the pack. */
  readonly pack: string;
  /** Picture files and texts, in the order in which the report lists them. */
  readonly inputs: readonly { readonly kind: 'image' | 'text'; readonly value: string }[];
  /** Concepts listed a probe. */
  readonly top: number;
}

/** What `cli probe` prints. */
export interface ProbeReport {
  readonly probes: readonly {
    readonly kind: 'image' | 'text';
    readonly name: string;
    readonly l0: number;
    readonly cosine: number;
    readonly concepts: readonly { readonly index: number; readonly label: string; readonly value: number }[];
  }[];
  /** Every pair of probes, by their numbers in `probes`; in `contributions`, −1 stands for the decoder's bias. */
  readonly pairs: readonly {
    readonly a: number;
    readonly b: number;
    readonly similarity: number;
    readonly reconstructed: number;
    readonly residual: number;
    readonly bias: number;
    readonly contributions: readonly Contribution[];
  }[];
}

const quiet: CallContext = { signal: new AbortController().signal, progress: () => undefined };

/** Embeds and encodes pictures and texts with a pack's models and explains every pair. Throws InputError naming the file. */
export async function probeCommand({ pack, inputs, top }: ProbeOptions): Promise<ProbeReport> {
  if (inputs.length === 0) throw new InputError('there is nothing to probe.', { fix: 'Give --image FILE or --text "…".' });
  if (!Number.isInteger(top) || top < 0) throw new InputError('it has to be a whole number.', { field: '--top' });
  const manifestFile = resolve(pack, 'manifest.json');
  const manifest = parseManifest(await read(manifestFile), manifestFile);
  const root = await findRoot(pack, manifest.dictionary.path).catch(() => findRoot('.', manifest.dictionary.path));
  const environment = nodeEnvironment(root);
  // The pack may lie anywhere: its own files come from where it is, the models from the root.
  const engine = new Engine(
    { ...environment, read: (path) => environment.read(path.startsWith('packs/') ? relative(root, resolve(pack, basename(path))) : path) },
    () => undefined,
  );
  const { concepts } = await engine.open({ pack: manifest.id }, quiet);
  const keyed = inputs.map((input, i) => ({ ...input, key: String(i) }));
  const images = keyed.filter((input) => input.kind === 'image').map(async ({ key, value }) => ({ key, name: value, blob: new Blob([await read(value)]) }));
  const texts = keyed.filter((input) => input.kind === 'text').map(({ key, value }) => ({ key, text: value }));
  const seen = await engine.probeImages({ images: await Promise.all(images) }, quiet);
  const written = await engine.probeTexts({ texts }, quiet);
  const failure = [...seen.failures, ...written.failures][0];
  if (failure !== undefined) throw new InputError(failure.error.reason, failure.error.place);
  const probes: KnownProbe[] = [...seen.results, ...written.results].sort((a, b) => Number(a.key) - Number(b.key));
  const { similarities } = await engine.similarities({ probes });
  const pairs: ProbeReport['pairs'][number][] = [];
  for (const [a, first] of probes.entries()) {
    for (const [offset, second] of probes.slice(a + 1).entries()) {
      const similarity = similarities[pairs.length] ?? Number.NaN;
      const explanation = await engine.explain({ a: first.readout.code, b: second.readout.code, similarity });
      pairs.push({ a, b: a + 1 + offset, ...explanation });
    }
  }
  await engine.dispose();
  return {
    probes: probes.map(({ readout }, i) => {
      const listed = Array.from(readout.code.indices, (index, k) => ({ index, label: concepts.label[index] ?? '', value: readout.code.values[k] ?? 0 }));
      listed.sort((x, y) => y.value - x.value);
      return { kind: readout.kind, name: inputs[i]?.value ?? '', l0: listed.length, cosine: readout.cosine, concepts: listed.slice(0, top) };
    }),
    pairs,
  };
}

async function read(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw new InputError(`it could not be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`, { file });
  }
}
