import type { Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { TensorFile } from '../tensor.ts';
import type { Atoms } from './overcomplete-atoms.ts';
import { transpose, weights } from './importer.ts';

/** torch's default for BatchNorm1d and LayerNorm. */
const EPSILON = 1e-5;

type Encoder = Pick<Dictionary, 'W_enc' | 'b_enc' | 'preNorm'>;

/**
 * Encoder of a state dict: one linear layer (`linear`), followed by BatchNorm (`mlp_bn_1`, folded into the weights) or LayerNorm
 * (`mlp_ln_1`, kept as `preNorm`), or tied to the atoms.
 * @throws InputError for deeper encoders, and for tensors that do not fit the atoms.
 */
export async function overcompleteEncoder(tensors: TensorFile, { W_dec, c, d }: Atoms): Promise<Encoder> {
  const names = [...tensors.tensors.keys()];
  const deep = names.find((name) => /^encoder\.(mlp_blocks|attention_blocks|resnet_blocks)\./.test(name));
  if (deep !== undefined)
    throw new InputError('encoders of several layers are not supported.', {
      file: tensors.name,
      field: deep,
      fix: 'Supported are linear, mlp_ln_1, mlp_bn_1 and tied encoders.',
    });
  if (names.some((name) => name.startsWith('encoder.tied_to.'))) {
    const b_enc = tensors.tensors.has('encoder.bias') ? await weights(tensors, 'encoder.bias', [c]) : new Float32Array(c);
    return { W_enc: transpose(W_dec, c, d), b_enc };
  }
  const W_enc = transpose(await weights(tensors, 'encoder.final_block.0.weight', [c, d]), c, d);
  const linear = { W_enc, b_enc: await weights(tensors, 'encoder.final_block.0.bias', [c]) };
  if (tensors.tensors.has('encoder.final_block.1.running_mean')) return foldBatchNorm(tensors, linear, c);
  if (!tensors.tensors.has('encoder.final_block.1.weight')) return linear;
  const gamma = await weights(tensors, 'encoder.final_block.1.weight', [c]);
  const beta = await weights(tensors, 'encoder.final_block.1.bias', [c]);
  return { ...linear, preNorm: { kind: 'layerNorm', gamma, beta, eps: EPSILON } };
}

/** In evaluation mode BatchNorm is a fixed affine map of each pre-code. */
async function foldBatchNorm(tensors: TensorFile, { W_enc, b_enc }: Encoder, c: number): Promise<Encoder> {
  const part = (name: string): Promise<Float32Array> => weights(tensors, `encoder.final_block.1.${name}`, [c]);
  const [gamma, beta, mean, variance] = [
    await part('weight'),
    await part('bias'),
    await part('running_mean'),
    await part('running_var'),
  ];
  if (variance.some((value) => value < 0))
    throw new InputError('a variance is negative.', { file: tensors.name, field: 'encoder.final_block.1.running_var' });
  const factor = Float64Array.from(gamma, (value, i) => value / Math.sqrt((variance[i] ?? 0) + EPSILON));
  return {
    W_enc: W_enc.map((value, i) => value * (factor[i % c] ?? 1)),
    b_enc: b_enc.map((value, i) => (value - (mean[i] ?? 0)) * (factor[i] ?? 1) + (beta[i] ?? 0)),
  };
}
