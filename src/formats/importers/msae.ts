import type { Activation, InputNorm } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { TensorFile } from '../tensor.ts';
import { short } from '../text.ts';
import { batchTopK, withTheta } from './calibrate.ts';
import { checkedK, matrixShape, onlyOptions, scalar, transpose, weights, type DictionaryOptions, type Importer } from './importer.ts';
import { parseMsaeName, type MsaeName } from './msae-name.ts';

/**
 * MSAE (Matryoshka SAE on CLIP): a `.pt` whose settings are in its name. Encodes `act(((x − mean)·scale − pre_bias)·encoder + latent_bias)`,
 * with `normalize` LayerNorm after mean and scale, and with a soft cap s `s·tanh(z/s)` after the activation; JumpReLU compares `>`.
 */
export const msae: Importer = {
  tool: 'msae',
  looksFor: 'pre_bias, latent_bias and encoder (MSAE)',
  recognises: ({ container, tensors: { tensors } }) => container === 'torch' && tensors.has('pre_bias') && tensors.has('latent_bias') && tensors.has('encoder'),
  open: async ({ tensors }, options) => {
    const notes: string[] = [];
    const [d, c] = matrixShape(tensors, 'encoder');
    const name = nameOf(tensors, c, d);
    const act = await activationOf(tensors, name, options, c, notes);
    if (name === null) notes.push(`The file name does not say MSAE's settings: neither LayerNorm of the input nor a soft cap was assumed.`);
    const W_enc = await weights(tensors, 'encoder', [d, c]);
    const tied = name?.tied ?? !tensors.tensors.has('decoder');
    const bias = await weights(tensors, 'pre_bias', [d]);
    const dictionary = {
      d,
      c,
      W_enc,
      b_enc: await weights(tensors, 'latent_bias', [c]),
      W_dec: tied ? transpose(W_enc, d, c) : await weights(tensors, 'decoder', [c, d]),
      b_dec: bias,
      b_pre: bias,
      act,
      ...(name !== null && name.softcap > 0 ? { softcap: name.softcap } : {}),
      norm: await normOf(tensors, name?.normalize ?? false, d, notes),
      notes,
      source: 'msae',
    };
    return withTheta(dictionary, options);
  },
};

function nameOf(tensors: TensorFile, c: number, d: number): MsaeName | null {
  const name = parseMsaeName(tensors.name.split(/[/\\]/).at(-1) ?? '');
  if (name !== null && (name.c !== c || name.d !== d))
    throw new InputError(`the file name says ${name.c} concepts in ${name.d} dimensions, the tensors ${c} in ${d}.`, { file: tensors.name, fix: 'Give it its own name back.' });
  return name;
}

async function activationOf(tensors: TensorFile, name: MsaeName | null, options: DictionaryOptions, c: number, notes: string[]): Promise<Activation> {
  const file = tensors.name;
  if (tensors.tensors.has('activation.log_threshold')) {
    onlyOptions(options, [], file);
    return { kind: 'jumprelu', theta: (await weights(tensors, 'activation.log_threshold', [c])).map(Math.exp), cmp: '>' };
  }
  const kind = name === null ? options.kind : NAMED.get(name.activation);
  if (kind === undefined) {
    const known = `MSAE's name tells it: {concepts}_{dimensions}_{activation}_{k}_{tied}_{normalize}_{softcap}_{dataset}, as in 6144_768_TopKReLU_64_False_False_0.0_cc3m.pth`;
    throw new InputError(name === null ? 'which activation, with which settings? The file name cannot be parsed.' : `the activation ${short(name.activation)} in the file name is not known.`, {
      file,
      field: 'activation',
      fix: `${known}. Give the file that name back, or say activation relu, topk with k, or batchtopk with theta or calibration embeddings.`,
    });
  }
  const k = options.k ?? (name?.digits === undefined ? undefined : Number(name.digits));
  if (kind === 'batchtopk') {
    onlyOptions(options, ['kind', 'k', 'theta', 'calibration'], file);
    return batchTopK({ k, theta: undefined, cmp: '>=' }, options, c, { file });
  }
  onlyOptions(options, kind === 'topk' ? ['kind', 'k'] : ['kind'], file);
  if (kind === 'relu') return { kind };
  if (kind !== 'topk') throw new InputError(`an MSAE is not ${kind}.`, { file, field: 'kind' });
  if (name?.nesting !== undefined && options.k === undefined)
    notes.push(`k = ${k} is the smallest nesting level of this Matryoshka SAE; the others are not in the file. The tool's own wrapper applies no top-k unless it is asked to.`);
  return { kind, k: checkedK(k, c, { file, field: 'k' }), relu: true };
}

const NAMED = new Map<string, 'relu' | 'topk' | 'batchtopk'>([
  ['ReLU', 'relu'],
  ['TopKReLU', 'topk'],
  ['BatchTopKReLU', 'batchtopk'],
]);

async function normOf(tensors: TensorFile, normalize: boolean, d: number, notes: string[]): Promise<InputNorm> {
  const file = tensors.name;
  const value = tensors.values?.get('scaling_factor');
  const scale = typeof value === 'number' ? value : await scalar(tensors, 'scaling_factor');
  const centred = tensors.tensors.has('mean_center');
  if (!centred && scale === undefined) notes.push('The file holds no mean_center and no scaling_factor: embeddings are used as they are.');
  if (scale !== undefined && !(Number.isFinite(scale) && scale > 0)) throw new InputError(`the factor is ${scale}; it has to be above 0.`, { file, field: 'scaling_factor' });
  const mean = centred ? { mean: await weights(tensors, 'mean_center', [d]) } : {};
  return { kind: normalize ? 'layerNorm' : 'constant', scale: scale ?? 1, ...mean };
}
