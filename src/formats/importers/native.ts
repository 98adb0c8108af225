import * as v from 'valibot';
import type { Activation, Dictionary, InputNorm } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { parseStrictJson } from '../json.ts';
import type { TensorFile } from '../tensor.ts';
import { short } from '../text.ts';
import { matrixShape, weights, type Importer } from './importer.ts';

/** Names our own dictionary file in its metadata. */
export const NATIVE_FORMAT = 'vlm-explore-dictionary';

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const cmp = v.picklist(['>', '>=']);
const schema = v.object({
  act: v.variant('kind', [
    v.object({ kind: v.literal('relu') }),
    v.object({ kind: v.literal('topk'), k: natural, relu: v.boolean() }),
    v.object({ kind: v.literal('batchtopk'), k: v.nullable(natural), theta: v.nullable(finite), cmp }),
    v.object({ kind: v.literal('jumprelu'), cmp }),
    v.object({ kind: v.literal('gated') }),
    v.object({ kind: v.literal('groupmax'), k: v.pipe(natural, v.minValue(1)) }),
    v.object({ kind: v.literal('mp'), k: natural }),
    v.object({ kind: v.literal('omp'), k: natural, maxIter: v.pipe(natural, v.maxValue(10_000)) }),
  ]),
  norm: v.object({ kind: v.picklist(['none', 'constant', 'rowNorm', 'layerNorm']), scale: v.optional(finite) }),
  preNorm: v.optional(v.object({ kind: v.literal('layerNorm'), eps: finite })),
  softcap: v.optional(v.pipe(finite, v.gtValue(0))),
  notes: v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.maxLength(100)),
  source: v.pipe(v.string(), v.maxLength(100)),
});
type Settings = v.InferOutput<typeof schema>;

/** Our own file `dictionary.safetensors`, for what SAELens has no architecture for (writers/native.ts). */
export const native: Importer = {
  tool: 'vlm-explore',
  looksFor: `the metadata "format": "${NATIVE_FORMAT}" in a safetensors file (VLM-Explore)`,
  recognises: ({ tensors }) => tensors.metadata?.['format'] === NATIVE_FORMAT,
  open: async ({ tensors }, options) => {
    const file = tensors.name;
    for (const key of ['kind', 'k', 'theta', 'calibration', 'atoms'] as const) {
      if (options[key] !== undefined) throw new InputError('the file says this itself.', { file, field: key, fix: 'Leave the option out.' });
    }
    const settings = settingsOf(tensors);
    const [c, d] = matrixShape(tensors, 'atoms');
    const optional = (name: string, shape: readonly number[], empty: Float32Array): Promise<Float32Array> | Float32Array =>
      tensors.tensors.has(name) ? weights(tensors, name, shape) : empty;
    const pursuit = settings.act.kind === 'mp' || settings.act.kind === 'omp';
    return {
      d,
      c,
      W_enc: pursuit ? new Float32Array(0) : await weights(tensors, 'encoder', [d, c]),
      b_enc: pursuit ? new Float32Array(0) : await optional('encoder_bias', [c], new Float32Array(c)),
      W_dec: await weights(tensors, 'atoms', [c, d]),
      b_dec: await weights(tensors, 'decoder_bias', [d]),
      b_pre: await weights(tensors, 'input_bias', [d]),
      act: await activationOf(settings, tensors, c),
      norm: await normOf(settings, tensors, d),
      ...(settings.preNorm === undefined
        ? {}
        : { preNorm: { ...settings.preNorm, gamma: await weights(tensors, 'pre_norm_gamma', [c]), beta: await weights(tensors, 'pre_norm_beta', [c]) } }),
      ...(settings.softcap === undefined ? {} : { softcap: settings.softcap }),
      ...(tensors.tensors.has('skip') ? { W_skip: await weights(tensors, 'skip', [d, d]) } : {}),
      notes: settings.notes,
      source: settings.source,
    } satisfies Dictionary;
  },
};

function settingsOf({ name: file, metadata }: TensorFile): Settings {
  const version = metadata?.['version'];
  if (version !== '1') throw new InputError(`version "${short(String(version))}" of the format is not known.`, { file, field: 'version', fix: 'A newer version of this program may read it.' });
  const parsed = v.safeParse(schema, parseStrictJson(metadata?.['dictionary'] ?? '', { file, field: 'dictionary' }));
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new InputError(`${short(issue.message)}.`, { file, field: `dictionary.${short(v.getDotPath(issue) ?? '')}` });
}

async function activationOf({ act }: Settings, tensors: TensorFile, c: number): Promise<Activation> {
  if (act.kind === 'jumprelu') return { ...act, theta: await weights(tensors, 'threshold', [c]) };
  // More would only make encoding slow, without end when the file is hostile.
  if (act.kind !== 'batchtopk' && 'k' in act && act.k > c) throw new InputError(`k is ${act.k} with ${c} concepts.`, { file: tensors.name, field: 'dictionary.act.k' });
  if (act.kind === 'groupmax' && c % act.k !== 0) throw new InputError(`${c} concepts are not ${act.k} groups of one size.`, { file: tensors.name, field: 'dictionary.act.k' });
  if (act.kind !== 'gated') return act;
  return { ...act, bGate: await weights(tensors, 'gate_bias', [c]), bMag: await weights(tensors, 'magnitude_bias', [c]), rMag: await weights(tensors, 'magnitude_gain', [c]) };
}

async function normOf({ norm }: Settings, tensors: TensorFile, d: number): Promise<InputNorm> {
  return tensors.tensors.has('input_mean') ? { ...norm, mean: await weights(tensors, 'input_mean', [d]) } : norm;
}
