import { InputError } from '../../core/errors.ts';
import { short } from '../text.ts';
import { elementCount, missingTensor, type TensorFile } from '../tensor.ts';
import { onlyOptions, transpose, weights, type Importer } from './importer.ts';

/**
 * Discover-then-Name (CLIP): a `.pt` state dict of the library sparse_autoencoder, `relu((x − tied_bias)·Wᵀ + b)`, the bias added again after
 * decoding. Tensors may have a leading axis for components, of which there has to be one.
 */
export const dncbm: Importer = {
  tool: 'dncbm',
  looksFor: 'tied_bias and encoder._weight (Discover-then-Name)',
  recognises: ({ container, tensors: { tensors } }) => container === 'torch' && tensors.has('encoder._weight') && tensors.has('tied_bias'),
  open: async ({ tensors }, options) => {
    onlyOptions(options, [], tensors.name);
    const { d, c, lead } = sizes(tensors);
    const part = (name: string, shape: readonly number[]): Promise<Float32Array> => weights(tensors, name, [...lead, ...shape]);
    const bias = await part('tied_bias', [d]);
    return {
      d,
      c,
      W_enc: transpose(await part('encoder._weight', [c, d]), c, d),
      b_enc: await part('encoder._bias', [c]),
      W_dec: transpose(await part('decoder._weight', [d, c]), d, c),
      b_dec: bias,
      b_pre: bias,
      act: { kind: 'relu' },
      norm: { kind: 'none' },
      notes: [],
      source: 'dncbm',
    };
  },
};

/** Sizes of `encoder._weight`, `(c, d)` or `(1, c, d)`. */
function sizes(tensors: TensorFile): { d: number; c: number; lead: readonly number[] } {
  const { shape } = tensors.tensors.get('encoder._weight') ?? missingTensor(tensors.name, 'encoder._weight');
  const [c, d, ...more] = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
  if (!c || !d || more.length > 0 || elementCount(shape) === null)
    throw new InputError(`the shape is (${short(shape.join(', '))}); two axes are needed, or three of which the first is 1.`, {
      file: tensors.name,
      field: 'encoder._weight',
      fix: 'Of several components, save one.',
    });
  return { d, c, lead: shape.length === 3 ? [1] : [] };
}
