import type { Activation, Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { TensorFile } from '../tensor.ts';
import { batchTopK, withTheta } from './calibrate.ts';
import { checkedK, checkSize, linearPair, matrixPair, nested, onlyOptions, readSettings, scalar, setting, weights, type DictionaryOptions, type Importer, type Settings } from './importer.ts';

/**
 * dictionary_learning, and sae-for-vlm which is built on it: `ae.pt`, with a `config.json` beside it whose `trainer.dict_class` names the
 * class. Tensors are often stored as transposed views; thresholds compare `>`. All classes subtract the decoder bias from the input, except
 * JumpReLU.
 */
export const dictionaryLearning: Importer = {
  tool: 'dictionary_learning',
  looksFor: 'encoder.weight with bias, b_dec or decoder_bias, or W_enc with threshold, in a torch file (dictionary_learning, sae-for-vlm)',
  recognises: ({ container, header, tensors: { tensors } }) =>
    container === 'torch' &&
    header === undefined &&
    ((tensors.has('encoder.weight') && ['bias', 'b_dec', 'decoder_bias'].some((name) => tensors.has(name))) || (tensors.has('W_enc') && tensors.has('threshold'))),
  open: async (checkpoint, options) => {
    const { tensors } = checkpoint;
    const trainer = nested(await readSettings(checkpoint, 'config.json'), 'trainer');
    const notes: string[] = [];
    if (tensors.values?.has('norm_factor') === true)
      notes.push('This is a training backup: its biases are not scaled by norm_factor yet, unlike those of a finished ae.pt; they are used as they are.');
    const parts = tensors.tensors.has('W_enc') ? await thresholded(tensors, trainer, options, notes) : await linear(tensors, trainer, options, notes);
    checkSize(trainer, 'activation_dim', parts.d);
    checkSize(trainer, 'dict_size', parts.c);
    return withTheta({ ...parts, norm: { kind: 'none' }, notes, source: 'dictionary_learning' }, options);
  },
};

type Parts = Omit<Dictionary, 'norm' | 'notes' | 'source'>;

/** JumpReLU, or Matryoshka BatchTopK, which has one θ for all concepts. */
async function thresholded(tensors: TensorFile, trainer: Settings | null, options: DictionaryOptions, notes: string[]): Promise<Parts> {
  const pair = await matrixPair(tensors);
  const { d, c } = pair;
  const b_enc = await weights(tensors, 'b_enc', [c]);
  const b_dec = await weights(tensors, 'b_dec', [d]);
  if (tensors.tensors.get('threshold')?.shape.length !== 0) {
    onlyOptions(options, [], tensors.name);
    const act = { kind: 'jumprelu', theta: await weights(tensors, 'threshold', [c]), cmp: '>' } as const;
    return { ...pair, b_enc, b_dec, b_pre: new Float32Array(d), act };
  }
  return { ...pair, b_enc, b_dec, b_pre: b_dec, act: await topKFamily(tensors, trainer, options, c, notes) };
}

/** AutoEncoder (ReLU), GatedAutoEncoder, AutoEncoderTopK, BatchTopKSAE: two linear layers and one bias for both ends. */
async function linear(tensors: TensorFile, trainer: Settings | null, options: DictionaryOptions, notes: string[]): Promise<Parts> {
  const pair = await linearPair(tensors, 'encoder.weight', 'decoder.weight');
  const { d, c } = pair;
  const has = (name: string): boolean => tensors.tensors.has(name);
  const part = (name: string): Promise<Float32Array> => weights(tensors, name, [c]);
  if (has('decoder_bias')) {
    onlyOptions(options, [], tensors.name);
    const bias = await weights(tensors, 'decoder_bias', [d]);
    const act = { kind: 'gated', bGate: await part('gate_bias'), bMag: await part('mag_bias'), rMag: await part('r_mag') } as const;
    return { ...pair, b_enc: new Float32Array(c), b_dec: bias, b_pre: bias, act };
  }
  const bias = await weights(tensors, has('b_dec') ? 'b_dec' : 'bias', [d]);
  const b_enc = await part('encoder.bias');
  if (has('b_dec')) return { ...pair, b_enc, b_dec: bias, b_pre: bias, act: await topKFamily(tensors, trainer, options, c, notes) };
  onlyOptions(options, ['kind'], tensors.name);
  if (options.kind !== undefined && options.kind !== 'relu') throw new InputError('the file is a ReLU SAE.', { file: tensors.name, field: 'kind', fix: 'Leave the option out.' });
  notes.push("Codes are for the decoder as stored; the tool's from_pretrained may divide each atom by its norm and multiply its code by it, which leaves reconstructions alone.");
  return { ...pair, b_enc, b_dec: bias, b_pre: bias, act: { kind: 'relu' } };
}

const CLASSES = new Map<unknown, 'topk' | 'batchtopk'>([
  ['AutoEncoderTopK', 'topk'],
  ['BatchTopKSAE', 'batchtopk'],
  ['MatryoshkaBatchTopKSAE', 'batchtopk'],
  ['MatroyshkaBatchTopKSAE', 'batchtopk'],
]);

/** AutoEncoderTopK and BatchTopKSAE have the same tensors: the class decides, from the settings or from the person. */
async function topKFamily(tensors: TensorFile, trainer: Settings | null, options: DictionaryOptions, c: number, notes: string[]): Promise<Activation> {
  const file = tensors.name;
  onlyOptions(options, ['kind', 'k', 'theta', 'calibration'], file);
  const stored = await scalar(tensors, 'threshold');
  const theta = stored === undefined || stored < 0 ? undefined : stored;
  const k = options.k ?? (await scalar(tensors, 'k'));
  const kind = kindOf(tensors, trainer, options, theta, notes);
  if (kind === 'topk') {
    onlyOptions(options, ['kind', 'k'], file);
    return { kind, k: checkedK(k, c, { file, field: 'k' }), relu: true };
  }
  if (kind !== 'batchtopk') throw new InputError('the file is a TopK or a BatchTopK SAE.', { file, field: 'kind', fix: 'Say topk or batchtopk.' });
  const unset = stored !== undefined && theta === undefined && options.theta === undefined && options.calibration === undefined;
  if (unset)
    notes.push(
      `The threshold θ was never set (${stored}): every positive code is kept, as the tool does it. Give theta, or calibration embeddings to estimate it on, or say activation topk.`,
    );
  return batchTopK({ k, theta: unset ? stored : theta, cmp: '>' }, options, c, { file });
}

function kindOf(tensors: TensorFile, trainer: Settings | null, options: DictionaryOptions, theta: number | undefined, notes: string[]): DictionaryOptions['kind'] {
  if (options.kind !== undefined) return options.kind;
  const named = CLASSES.get(setting(trainer, 'dict_class') ?? tensors.values?.get('config.dict_class'));
  if (named !== undefined) return named;
  // Matryoshka alone keeps its parameters as matrices, with one θ.
  if (tensors.tensors.has('W_enc') || (options.theta ?? options.calibration) !== undefined) return 'batchtopk';
  if (theta !== undefined) {
    notes.push('No config.json says whether this is a TopK or a BatchTopK SAE; read as BatchTopK, because it holds a threshold. Say activation topk if it is not.');
    return 'batchtopk';
  }
  if (options.k !== undefined) return 'topk';
  throw new InputError('nothing says whether this is a TopK or a BatchTopK SAE.', {
    file: tensors.name,
    field: 'activation',
    fix: 'Put its config.json beside it, or say activation topk, or batchtopk with theta or calibration embeddings.',
  });
}

