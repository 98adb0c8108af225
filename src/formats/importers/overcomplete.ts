import { withTheta } from './calibrate.ts';
import { readSettings, type Importer } from './importer.ts';
import { overcompleteActivation } from './overcomplete-activation.ts';
import { overcompleteAtoms } from './overcomplete-atoms.ts';
import { overcompleteEncoder } from './overcomplete-encoder.ts';

/**
 * overcomplete: a `.pt` state dict, optionally with a `config.json` beside it. The state dict names neither the activation nor k nor
 * BatchTopK's running threshold: they come from config.json or from the person, and are never guessed. Comparator `>=`.
 */
export const overcomplete: Importer = {
  tool: 'overcomplete',
  looksFor: 'dictionary._weights or dictionary.C (overcomplete)',
  recognises: ({ tensors: { tensors } }) =>
    tensors.has('dictionary._weights') || (tensors.has('dictionary.C') && tensors.has('dictionary.W')),
  open: async (checkpoint, options) => {
    const { tensors } = checkpoint;
    const config = await readSettings(checkpoint, 'config.json');
    const notes: string[] = [];
    const atoms = await overcompleteAtoms(tensors, config, options, notes);
    const { W_dec, c, d } = atoms;
    const act = await overcompleteActivation(tensors, config, options, c, notes);
    const pursuit = act.kind === 'mp' || act.kind === 'omp';
    const encoder = pursuit
      ? { W_enc: new Float32Array(0), b_enc: new Float32Array(0) }
      : await overcompleteEncoder(tensors, atoms);
    const zeros = new Float32Array(d);
    return withTheta(
      { d, c, ...encoder, W_dec, b_dec: zeros, b_pre: zeros, act, norm: { kind: 'none' }, notes, source: 'overcomplete' },
      options,
    );
  },
};
