/**
 * What the page and the compute worker say to each other. One typed table of operations; every request may report
 * progress and be cancelled; errors travel with their file, field and next step.
 */
import type { ErrorPlace } from '../core/errors.ts';
import type { PairExplanation } from '../core/pair.ts';
import type { ProbeReadout } from '../core/readout.ts';

/** One column of numbers per fact about a concept, index = concept number. `null` where undefined (dead concepts). */
export interface ConceptTable {
  readonly label: readonly string[];
  readonly labelJa: readonly (string | null)[];
  /** How well the label separates the concept's examples, 0 … 1. */
  readonly labelScore: readonly (number | null)[];
  readonly energyImages: readonly number[];
  readonly energyTexts: readonly number[];
  readonly frequencyImages: readonly number[];
  readonly frequencyTexts: readonly number[];
  readonly modality: readonly (number | null)[];
  /** Gallery picture numbers with the highest activation, best first. */
  readonly topImages: readonly (readonly Activated[])[];
  /** Gallery text numbers with the highest activation, best first. */
  readonly topTexts: readonly (readonly Activated[])[];
}

/** A gallery item and a concept's activation on it. */
export interface Activated {
  readonly item: number;
  readonly activation: number;
}

/** Names of the gallery's items, for alternative texts, captions and credits. */
export interface SampleNames {
  readonly images: readonly { readonly name: string; readonly ja: string | null; readonly style: string }[];
  readonly texts: readonly { readonly text: string; readonly ja: string | null }[];
}

/** Per modality, the 0…100 % quantiles of the pack's own reconstruction cosine and nearest-neighbour cosine. */
export interface Calibration {
  readonly reconstruction: readonly number[];
  readonly nearest: readonly number[];
}

/** What the page shows of a pack before any model is loaded. */
export interface PackView {
  readonly id: string;
  readonly title: string;
  /** First 12 hex digits of the pack's content hash. */
  readonly hash: string;
  readonly encoder: string;
  readonly dictionary: string;
  readonly c: number;
  readonly theta: number | null;
  readonly counts: { readonly images: number; readonly texts: number };
  readonly calibration: { readonly images: Calibration; readonly texts: Calibration };
  readonly concepts: ConceptTable;
  /** Permalink payload of the ready example. */
  readonly example: string;
}

/** Where one part of the work ran, and why there. */
export interface BackendReport {
  readonly part: 'image tower' | 'text tower' | 'dictionary';
  /** `wasm`, `webgpu`, `cpu`. */
  readonly backend: string;
  /** Name of the adapter when on the GPU. */
  readonly adapter: string | null;
  /** Measured milliseconds per item on every backend tried. */
  readonly ms: Readonly<Record<string, number>>;
  /** Self-test cosine, `null` where the part has none. */
  readonly selfTest: number | null;
  /** Reason code of the choice, for the message catalogue. */
  readonly why: string;
}

/** An image handed over by the page; `blob` never leaves the worker. */
export interface ImageInput {
  readonly key: string;
  readonly name: string;
  readonly blob: Blob;
}

/** One embedded and encoded probe. */
export interface ProbeResult {
  readonly key: string;
  readonly readout: ProbeReadout;
  /** Small upright picture of an image probe, as the model's preprocessing saw it. */
  readonly thumbnail: Blob | null;
}

/** A probe that could not be read; the rest of its batch went on. */
export interface ProbeFailure {
  readonly key: string;
  readonly error: ErrorReport;
}

/** A probe the worker may need to know again: its code, and what can bring its embedding back. */
export interface KnownProbe {
  readonly key: string;
  readonly readout: ProbeReadout;
}

/** Operation name → what goes in and what comes out. */
export interface Operations {
  /** Manifest, concepts and example of a pack. */
  open: { input: { base: string; pack: string }; output: PackView };
  /** Names of the pack's items. */
  samples: { input: object; output: SampleNames };
  /** Encoder ready to embed, with the backends it runs on. */
  load: { input: object; output: BackendReport[] };
  /** Short measurement of WebGPU against wasm, one tower after the other; the faster stays. */
  measure: { input: object; output: BackendReport[] };
  probeImages: { input: { images: readonly ImageInput[] }; output: { results: ProbeResult[]; failures: ProbeFailure[] } };
  probeTexts: { input: { texts: readonly { key: string; text: string }[] }; output: { results: ProbeResult[] } };
  /** Probes made of the gallery's own pictures, from stored embeddings. */
  probeGallery: { input: { items: readonly { key: string; item: number }[] }; output: { results: ProbeResult[] } };
  /** Cosines of all pairs, upper triangle row-major; NaN where an embedding is not known (a picture from a link). */
  similarities: { input: { probes: readonly KnownProbe[] }; output: { similarities: number[] } };
  explain: { input: { a: ProbeReadout['code']; b: ProbeReadout['code']; similarity: number }; output: PairExplanation };
}

/** Name of an operation. */
export type Operation = keyof Operations;
/** What goes into operation `O`. */
export type Input<O extends Operation> = Operations[O]['input'];
/** What comes out of operation `O`. */
export type Output<O extends Operation> = Operations[O]['output'];

/** Progress of a request; `phase` is a message-catalogue key. */
export interface Progress {
  readonly phase: 'pack' | 'dictionary' | 'model' | 'decode' | 'embed' | 'encode' | 'measure';
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'items';
}

/** An error that crossed the worker's border. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly reason: string;
  readonly place: ErrorPlace;
}

/** Page → worker. */
export type ToWorker =
  | { readonly type: 'request'; readonly id: number; readonly op: Operation; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number };

/** Worker → page. */
export type FromWorker =
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'done'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorReport }
  | { readonly type: 'notice'; readonly notice: EngineNotice };

/** Something the user should know although no request failed. */
export type EngineNotice =
  | { readonly kind: 'gpu-recovered'; readonly on: 'webgpu' | 'cpu' }
  | { readonly kind: 'backend-fell-back'; readonly part: BackendReport['part']; readonly to: string };
