import { atomNorms } from './atoms.ts';
import type { Dictionary } from '../dictionary.ts';

/** `(c)` `‖E[z_i]·D_i‖`: how much each concept adds to the mean reconstruction, from the energies `(c)` (overcomplete `metrics.energy_of_codes`). */
export function energyOfCodes(dictionary: Dictionary, energy: ArrayLike<number>): Float64Array {
  return atomNorms(dictionary).map((norm, i) => Math.abs(energy[i] ?? 0) * norm);
}
