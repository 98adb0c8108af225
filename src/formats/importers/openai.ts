import type { Activation } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { TensorFile } from '../tensor.ts';
import { shortJson } from '../text.ts';
import { checkedK, linearPair, matrixShape, onlyOptions, transpose, weights, type Importer } from './importer.ts';

/**
 * OpenAI's sparse_autoencoder: a `.pt` state dict with the name of the activation beside its tensors. Encodes `(x − pre_bias)·Eᵀ + latent_bias`;
 * the activation TopK implies LayerNorm of the input, undone after decoding. `postact_fn` Identity keeps negative codes.
 */
export const openai: Importer = {
  tool: 'openai',
  looksFor: 'pre_bias, latent_bias and encoder.weight (OpenAI)',
  recognises: ({ container, tensors: { tensors } }) => container === 'torch' && tensors.has('pre_bias') && tensors.has('latent_bias') && tensors.has('encoder.weight'),
  open: async ({ tensors }, options) => {
    onlyOptions(options, [], tensors.name);
    const pair = tensors.tensors.has('decoder.weight') ? await linearPair(tensors, 'encoder.weight', 'decoder.weight') : await tied(tensors);
    const { d, c } = pair;
    const act = activationOf(tensors, c);
    const bias = await weights(tensors, 'pre_bias', [d]);
    return {
      ...pair,
      b_enc: await weights(tensors, 'latent_bias', [c]),
      b_dec: bias,
      b_pre: bias,
      act,
      norm: { kind: act.kind === 'topk' ? 'layerNorm' : 'none' },
      notes: act.kind === 'topk' ? ['TopK implies LayerNorm of the input in this tool; there is no other flag for it.'] : [],
      source: 'openai',
    };
  },
};

/** TiedTranspose: the decoder is the encoder's own layer, under another name. */
async function tied(tensors: TensorFile): Promise<Awaited<ReturnType<typeof linearPair>>> {
  if (!tensors.tensors.has('decoder.linear.weight')) return linearPair(tensors, 'encoder.weight', 'decoder.weight');
  const [c, d] = matrixShape(tensors, 'encoder.weight');
  const W_dec = await weights(tensors, 'decoder.linear.weight', [c, d]);
  return { d, c, W_dec, W_enc: transpose(await weights(tensors, 'encoder.weight', [c, d]), c, d) };
}

function activationOf({ name: file, values }: TensorFile, c: number): Activation {
  const name = values?.get('activation');
  if (name === 'ReLU') return { kind: 'relu' };
  if (name !== 'TopK')
    throw new InputError(`the activation ${shortJson(name)} is not known.`, { file, field: 'activation', fix: 'Known are ReLU and TopK.' });
  const k = values?.get('activation_state_dict.k');
  const post = values?.get('activation_state_dict.postact_fn') ?? 'ReLU';
  if (post !== 'ReLU' && post !== 'Identity')
    throw new InputError(`the function ${shortJson(post)} is not known.`, { file, field: 'postact_fn', fix: 'Known are ReLU and Identity.' });
  return { kind: 'topk', k: checkedK(typeof k === 'number' ? k : undefined, c, { file, field: 'activation_state_dict.k', fix: undefined }), relu: post === 'ReLU' };
}
