import type { MetricsAccumulator } from '../../core/analysis/metrics-accumulator.ts';
import { conceptExamples, negativeExamples } from '../../core/concepts/examples.ts';
import { conceptHistogram } from '../../core/concepts/histogram.ts';
import { coactivating, nearestByCosine, wordsOf } from '../../core/concepts/neighbours.ts';
import { conceptPrecodes, thresholdOf } from '../../core/concepts/precode.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { encode } from '../../core/encode.ts';
import type { Matrix } from '../../core/tensor.ts';
import { withCosine } from './overview.ts';
import type { PackRows, PackSide } from './pack-rows.ts';
import { activationsOf } from './pair-facts.ts';
import type { ConceptExamples, ConceptFacts, ConceptTest } from './protocol.ts';

/** Examples of each kind, neighbours, bridges and words that a page shows. */
const EXAMPLES = 16;
const NEIGHBOURS = 12;
const BRIDGES = 16;
const WORDS = 16;
const BINS = 48;

/** What the page of one concept shows; a few passes over the rows. */
export function conceptFacts({ dictionary, images, texts }: PackRows, metrics: MetricsAccumulator, concept: number): ConceptFacts {
  const [ofImages, ofTexts] = [images, texts].map(({ x }) => conceptPrecodes(dictionary, x, concept)) as [Float32Array, Float32Array];
  return {
    concept,
    threshold: thresholdOf(dictionary, concept),
    images: examplesOf(images, ofImages, concept),
    texts: examplesOf(texts, ofTexts, concept),
    histogram: conceptHistogram(ofImages, ofTexts, BINS),
    byCosine: nearestByCosine(dictionary, concept, NEIGHBOURS),
    byCoactivation: coactivating([images.codes, texts.codes], concept, NEIGHBOURS),
    bridges: metrics.bridgesOf(concept, BRIDGES).map((bridge) => withCosine(dictionary, bridge)),
    words: wordsOf(dictionary, concept, texts.x, WORDS),
  };
}

function examplesOf({ x, codes }: PackSide, precodes: Float32Array, concept: number): ConceptExamples {
  const activations = activationsOf(codes, concept);
  const negatives = negativeExamples(x, activations, EXAMPLES);
  return {
    active: activations.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0),
    of: x.rows,
    ...conceptExamples(activations, precodes, { count: EXAMPLES, seed: concept }),
    negatives: negatives.map(({ item, cosine }) => ({ item, activation: 0, precode: precodes[item] ?? 0, cosine })),
  };
}

/** How the concept sees one embedding x `(1, d)`. Throws InputError when it is not finite. */
export function conceptTest(dictionary: Dictionary, x: Matrix, concept: number): ConceptTest {
  const codes = encode(dictionary, x);
  return { activation: activationsOf(codes, concept)[0] ?? 0, precode: conceptPrecodes(dictionary, x, concept)[0] ?? 0, threshold: thresholdOf(dictionary, concept) };
}
