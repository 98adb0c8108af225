import { R2_EPSILON, modalityScore } from '../metrics.ts';
import { CompensatedSums, spread } from './compensated.ts';
import { linearProbe, probeRows } from './linear-probe.ts';
import { conceptClassifiers } from './modality-classifier.ts';
import { cosinesTo, randomCosine } from './modality-subspace.ts';
import type { Dictionary } from '../dictionary.ts';
import type { BridgeReport } from './bridge.ts';
import type { ConceptClassifier } from './modality-classifier.ts';
import type { ModalitySums } from './modality-sums.ts';
import type { Bridge } from './strongest-bridges.ts';

/** How well and how sparsely rows are reconstructed. */
export interface Measures {
  readonly rows: number;
  /** Mean number of codes a row of magnitude 1e-6 or more. */
  readonly l0: number;
  /** `1 − mean((x − x̂)²)/(mean((x − m)²) + 1e-6)` with one scalar mean m over all entries (overcomplete `r2_score`). */
  readonly r2: number;
  /** The same about the mean of each feature, without the 1e-6 (1 − FVU); null where nothing varies. */
  readonly r2PerFeature: number | null;
  /** Means over the rows that have a code, see `hoyer` and `kappa4`; null where none has, and Hoyer's where c = 1. */
  readonly hoyer: number | null;
  readonly kappa4: number | null;
}

/** Metrics of a dictionary on images, texts and their pairs (method.md, "Metrics"). Lists have one entry a concept. */
export interface MetricsReport {
  /** Of images and texts together. */
  readonly r2: number;
  readonly r2PerFeature: number | null;
  /** R² of each modality about its own scalar mean; null without such rows. */
  readonly r2Image: number | null;
  readonly r2Text: number | null;
  /** Of images and texts together. */
  readonly l0: number;
  /** Share of concepts that no row activates. */
  readonly dead: number;
  /** `E[z_i]` over the images, and over the texts: means within a modality, so that five captions a picture do not tilt them. */
  readonly energyImage: readonly number[];
  readonly energyText: readonly number[];
  /** `E_img/(E_img + E_txt)`: 1 image-only, 0 text-only; null for dead concepts, and everywhere without rows of both modalities. */
  readonly modality: readonly (number | null)[];
  /** ΣB and `mean ⟨x̂_img, x̂_txt⟩`, equal by the invariant that was checked; null without pairs. See `BridgeSums`. */
  readonly bridgeSum: number | null;
  readonly meanReconstructedSimilarity: number | null;
  /** `‖μ_img − μ_txt‖` of the embeddings; null without rows of both modalities. */
  readonly gap: number | null;
  /** Bridges with the largest B − null among the pairs of concepts that were ever active together; null without pairs. */
  readonly topBridges: readonly Bridge[] | null;

  readonly both: Measures;
  readonly images: Measures | null;
  readonly texts: Measures | null;
  readonly concepts: ConceptMeasures;
  readonly bridge: BridgeReport | null;
  /**
   * Share of held-out rows that a linear probe puts on their side, both modalities weighing the same (see `linearProbe`), on a
   * sample of so many images and texts; null without rows of both modalities on both sides of the split.
   */
  readonly separability: { readonly accuracy: number; readonly images: number; readonly texts: number } | null;
  /** What |cos| of a random direction with a fixed one is on average: `cosineToGap` and `cosineToProbe` of a concept that has nothing to do with modality. */
  readonly randomCosine: number;
}

/** What is known of each concept besides energy and modality score. */
export interface ConceptMeasures {
  /** Share of images, and of texts, with z_i > 0. */
  readonly frequencyImage: readonly number[];
  readonly frequencyText: readonly number[];
  readonly dead: readonly boolean[];
  /** `(c, BINS)` counts of the activations above 0 in the bins of `binEdges`. */
  readonly histogramImage: Uint32Array;
  readonly histogramText: Uint32Array;
  /** The concept as a classifier of modality, see `conceptClassifiers`. */
  readonly classifier: readonly (ConceptClassifier | null)[];
  /** `|cos(D_i, μ_img − μ_txt)|`; null without rows of both modalities. */
  readonly cosineToGap: readonly number[] | null;
  /** |cos| with the normal of the linear probe: the norm of the unit atom's projection on the probe's span; null without a probe. */
  readonly cosineToProbe: readonly number[] | null;
}

/** The report of sums over rows of both modalities, at least one row in all. */
export function metricsReport(dictionary: Dictionary, images: ModalitySums, texts: ModalitySums, bridge: BridgeReport | null): MetricsReport {
  const both = measures(dictionary, [images, texts]);
  const ofImages = images.counts.rows === 0 ? null : measures(dictionary, [images]);
  const ofTexts = texts.counts.rows === 0 ? null : measures(dictionary, [texts]);
  const bothPresent = ofImages !== null && ofTexts !== null;
  const energyImage = perRow(images, images.codes);
  const energyText = perRow(texts, texts.codes);
  const scores = modalityScore(energyImage, energyText);
  const dead = Array.from(images.alive, (alive, i) => alive === 0 && texts.alive[i] === 0);
  const difference = subtract(perRow(images, images.columns), perRow(texts, texts.columns));
  const probe = probeOf(dictionary, images, texts);
  return {
    r2: both.r2,
    r2PerFeature: both.r2PerFeature,
    r2Image: ofImages?.r2 ?? null,
    r2Text: ofTexts?.r2 ?? null,
    l0: both.l0,
    dead: dead.filter(Boolean).length / dictionary.c,
    energyImage: [...energyImage],
    energyText: [...energyText],
    modality: Array.from(scores, (score) => (bothPresent ? orNull(score) : null)),
    bridgeSum: bridge?.sum ?? null,
    meanReconstructedSimilarity: bridge?.meanReconstructedSimilarity ?? null,
    gap: bothPresent ? norm(difference) : null,
    topBridges: bridge?.top ?? null,
    both,
    images: ofImages,
    texts: ofTexts,
    concepts: {
      frequencyImage: frequency(images, dictionary.c),
      frequencyText: frequency(texts, dictionary.c),
      dead,
      histogramImage: histogram(images),
      histogramText: histogram(texts),
      classifier: conceptClassifiers(images, texts, dead),
      cosineToGap: bothPresent ? [...cosinesTo(dictionary, difference)] : null,
      cosineToProbe: probe === null ? null : [...cosinesTo(dictionary, probe.direction)],
    },
    bridge,
    separability: probe === null ? null : { accuracy: probe.accuracy, images: probe.images, texts: probe.texts },
    randomCosine: randomCosine(dictionary.d),
  };
}

function measures({ c, d }: Dictionary, parts: readonly ModalitySums[]): Measures {
  const whole = { rows: 0, active: 0, coded: 0, error: 0, hoyer: 0, kappa4: 0 };
  const columns = new CompensatedSums(d);
  const squares = new CompensatedSums(1);
  for (const part of parts) {
    whole.rows += part.counts.rows;
    whole.active += part.counts.active;
    whole.coded += part.counts.coded;
    whole.error += part.error;
    whole.hoyer += part.hoyer;
    whole.kappa4 += part.kappa4;
    columns.merge(part.columns);
    squares.merge(part.squares);
  }
  const entries = whole.rows * d;
  const all = new CompensatedSums(1);
  for (let t = 0; t < d; t++) all.merge({ high: columns.high.subarray(t, t + 1), low: columns.low.subarray(t, t + 1) });
  const square = { high: squares.high[0] ?? 0, low: squares.low[0] ?? 0 };
  const perFeature = spread(whole.rows, columns, square);
  return {
    rows: whole.rows,
    l0: whole.active / whole.rows,
    r2: 1 - whole.error / entries / (spread(entries, all, square) / entries + R2_EPSILON),
    r2PerFeature: perFeature === 0 ? null : 1 - whole.error / perFeature,
    hoyer: c === 1 ? null : orNull(whole.hoyer / whole.coded),
    kappa4: orNull(whole.kappa4 / whole.coded),
  };
}

/** Means over the rows; zeros without rows. */
function perRow({ counts }: ModalitySums, sums: CompensatedSums): Float64Array {
  return sums.totals(1 / Math.max(1, counts.rows));
}

function frequency({ counts, training, heldOut }: ModalitySums, c: number): number[] {
  return Array.from({ length: c }, (_, i) => (training.active(i) + heldOut.active(i)) / Math.max(1, counts.rows));
}

function histogram({ training, heldOut }: ModalitySums): Uint32Array {
  return training.counts.map((count, at) => count + (heldOut.counts[at] ?? 0));
}

function probeOf({ d }: Dictionary, images: ModalitySums, texts: ModalitySums) {
  const rows = { images: images.sample.list(), texts: texts.sample.list() };
  const probe = linearProbe(probeRows(rows.images, rows.texts), d);
  return probe === null ? null : { ...probe, images: rows.images.length, texts: rows.texts.length };
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, t) => value - (b[t] ?? 0));
}

function norm(x: Float64Array): number {
  return Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
