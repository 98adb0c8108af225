import type { Activation } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { TensorFile } from '../tensor.ts';
import { shortJson } from '../text.ts';
import { batchTopK, withTheta } from './calibrate.ts';
import { checkedK, checkSize, matrixPair, nested, numberSetting, onlyOptions, scalar, setting, weights, type DictionaryOptions, type Importer, type Settings } from './importer.ts';

/**
 * saev: one file, a line of JSON and then a torch archive. Encodes `x·W_enc + b_enc`, without subtracting `b_dec`; TopK keeps negative codes;
 * BatchTopK compares `>`, and a threshold of 0 or less keeps every positive code.
 */
export const saev: Importer = {
  tool: 'saev',
  looksFor: 'a line of JSON before a torch archive with W_enc and W_dec (saev)',
  recognises: ({ header, tensors: { tensors } }) => header !== undefined && tensors.has('W_enc') && tensors.has('W_dec'),
  open: async ({ tensors, header = { file: tensors.name, values: {} } }, options) => {
    const notes: string[] = [];
    const pair = await matrixPair(tensors);
    const { d, c } = pair;
    const cfg = nested(header, 'cfg') ?? header;
    checkSize(cfg, 'd_model', d);
    checkSize(cfg, 'd_vit', d);
    checkSize(cfg, 'd_sae', c);
    const dictionary = {
      ...pair,
      b_enc: await weights(tensors, 'b_enc', [c]),
      b_dec: await weights(tensors, 'b_dec', [d]),
      b_pre: new Float32Array(d),
      act: await activationOf(tensors, header, cfg, options, c, notes),
      norm: { kind: 'none' },
      notes,
      source: 'saev',
    } as const;
    return withTheta(dictionary, options);
  },
};

/** From `cfg.activation` (schema 2 and up, and one form of schema 1), else from the header's `cls`; the oldest files are ReLU and say nothing. */
async function activationOf(tensors: TensorFile, header: Settings, cfg: Settings, options: DictionaryOptions, c: number, notes: string[]): Promise<Activation> {
  const file = tensors.name;
  const activation = nested(cfg, 'activation');
  const name = setting(activation, 'cls') ?? setting(header, 'cls');
  const k = numberSetting(nested(activation, 'params'), 'top_k') ?? numberSetting(cfg, 'top_k');
  switch (name) {
    case 'BatchTopK': {
      onlyOptions(options, ['k', 'theta', 'calibration'], file);
      const theta = await scalar(tensors, 'activation.threshold');
      if (theta !== undefined && theta <= 0 && options.theta === undefined && options.calibration === undefined)
        notes.push(`The threshold θ was never set (${theta}): every positive code is kept, as the tool does it. Give theta, or calibration embeddings to estimate it on.`);
      return batchTopK({ k, theta, cmp: '>' }, options, c, { file });
    }
    case 'TopK':
      onlyOptions(options, [], file);
      return { kind: 'topk', k: checkedK(k, c, { file, field: 'top_k', fix: undefined }), relu: false };
    case undefined:
    case 'SparseAutoencoderConfig':
    case 'Relu':
    case 'ReLU':
      onlyOptions(options, [], file);
      if (name !== 'Relu' && name !== 'ReLU') notes.push('The header does not name an activation: read as ReLU, the only one that such old files had.');
      return { kind: 'relu' };
    default:
      throw new InputError(`the activation ${shortJson(name)} is not known.`, { file, field: 'activation', fix: 'Known are Relu, TopK and BatchTopK.' });
  }
}
