import { InputError } from './errors.ts';
import { constantScale } from './norm.ts';
import { dotRow } from './linear.ts';
import type { Dictionary } from './dictionary.ts';
import type { SparseRow } from './tensor.ts';

/** Stands for the decoder's bias in place of a concept number. */
export const BIAS = -1;

/** More concept pairs than this are not listed one by one; 1 024 × 1 024 active concepts are no explanation any more. */
const MAX_CONCEPT_PAIRS = 1 << 20;

/** What concept i of probe a and concept j of probe b add to the similarity; `BIAS` for the decoder's bias. */
export interface Contribution {
  readonly i: number;
  readonly j: number;
  readonly value: number;
}

/** Why two probes match: `similarity = reconstructed + residual`, `reconstructed = Σ contributions`. */
export interface PairExplanation {
  /** `⟨a, b⟩` of the embeddings. */
  readonly similarity: number;
  /** `⟨x̂a, x̂b⟩`. */
  readonly reconstructed: number;
  /** What the codes do not explain; NaN when the similarity is not known. */
  readonly residual: number;
  /** Sum of all terms that involve the decoder's bias; part of `reconstructed`. */
  readonly bias: number;
  /** Concept pairs by falling magnitude, then the bias terms by falling magnitude. */
  readonly contributions: readonly Contribution[];
}

/**
 * Exact decomposition of the similarity of two probes into concept pairs (method.md, "pair explanation"):
 * `⟨x̂a, x̂b⟩ = Σ_ij za_i zb_j ⟨D_i, D_j⟩ + Σ_i za_i ⟨D_i, b⟩ + Σ_j zb_j ⟨b, D_j⟩ + ⟨b, b⟩`, b = the decoder's bias (with the mean that
 * the norm adds back); in float64. A constant input scale s divides atoms and bias.
 * Throws InputError for norms that rescale each row, where codes alone do not fix x̂, for concepts that the dictionary does
 * not have, and when there are more than 2²⁰ concept pairs.
 */
export function explainPair(dictionary: Dictionary, zA: SparseRow, zB: SparseRow, similarity: number): PairExplanation {
  const scale = outputScale(dictionary);
  const bias = outputBias(dictionary, scale);
  checkCode(dictionary, zA, 'first probe');
  checkCode(dictionary, zB, 'second probe');
  if (zA.indices.length * zB.indices.length > MAX_CONCEPT_PAIRS) {
    throw new InputError(`${zA.indices.length} × ${zB.indices.length} active concepts are too many to list in pairs`, {
      fix: 'Use a sparser dictionary.',
    });
  }

  const pairs = conceptPairs(dictionary, scale, zA, zB).sort(byMagnitude);
  const biasTerms = bias === null ? [] : biasPairs(dictionary, scale, bias, zA, zB).sort(byMagnitude);
  const ofBias = total(biasTerms);
  const reconstructed = total(pairs) + ofBias;
  return { similarity, reconstructed, residual: similarity - reconstructed, bias: ofBias, contributions: pairs.concat(biasTerms) };
}

function conceptPairs({ d, W_dec }: Dictionary, scale: number, zA: SparseRow, zB: SparseRow): Contribution[] {
  const pairs: Contribution[] = [];
  const atom = new Float64Array(d);
  for (let a = 0; a < zA.indices.length; a++) {
    const i = zA.indices[a] ?? 0;
    for (let t = 0; t < d; t++) atom[t] = W_dec[i * d + t] ?? 0;
    const za = (zA.values[a] ?? 0) * scale;
    for (let b = 0; b < zB.indices.length; b++) {
      const j = zB.indices[b] ?? 0;
      const zb = (zB.values[b] ?? 0) * scale;
      pairs.push({ i, j, value: za * zb * dotRow(W_dec, j, atom) });
    }
  }
  return pairs;
}

function biasPairs({ W_dec }: Dictionary, scale: number, bias: Float64Array, zA: SparseRow, zB: SparseRow): Contribution[] {
  const share = (z: SparseRow, e: number): number => (z.values[e] ?? 0) * scale * dotRow(W_dec, z.indices[e] ?? 0, bias);
  const terms: Contribution[] = [{ i: BIAS, j: BIAS, value: bias.reduce((sum, v) => sum + v * v, 0) }];
  for (let a = 0; a < zA.indices.length; a++) terms.push({ i: zA.indices[a] ?? 0, j: BIAS, value: share(zA, a) });
  for (let b = 0; b < zB.indices.length; b++) terms.push({ i: BIAS, j: zB.indices[b] ?? 0, value: share(zB, b) });
  return terms;
}

function outputScale({ norm }: Dictionary): number {
  if (norm.kind === 'none') return 1;
  if (norm.kind === 'constant') return 1 / constantScale(norm);
  throw new InputError(`this dictionary rescales each embedding (${norm.kind}), so a similarity does not split into concept pairs`, {
    field: 'norm',
    fix: 'Use a dictionary without per-row normalisation.',
  });
}

/** `b_dec / s + mean`, or null when there is none. */
function outputBias({ d, b_dec, norm }: Dictionary, scale: number): Float64Array | null {
  const bias = new Float64Array(d);
  for (let t = 0; t < d; t++) bias[t] = (b_dec[t] ?? 0) * scale + (norm.mean?.[t] ?? 0);
  return bias.some((v) => v !== 0) ? bias : null;
}

function checkCode({ c }: Dictionary, z: SparseRow, probe: string): void {
  for (let e = 0; e < z.indices.length; e++) {
    const index = z.indices[e] ?? 0;
    if (index >= c) {
      throw new InputError(`concept ${index} is not one of the dictionary's ${c}`, {
        field: probe,
        fix: 'Open the link with the pack it was made with.',
      });
    }
  }
}

function byMagnitude(x: Contribution, y: Contribution): number {
  return Math.abs(y.value) - Math.abs(x.value) || x.i - y.i || x.j - y.j;
}

function total(terms: readonly Contribution[]): number {
  let sum = 0;
  for (const { value } of terms) sum += value;
  return sum;
}
