/**
 * What the page and the compute worker say to each other. One typed table of operations; every request may report
 * progress and be cancelled; errors travel with their file, field and next step.
 */
import type { ErrorPlace } from '../core/errors.ts';
import type { PairExplanation } from '../core/pair.ts';
import type { ProbeReadout } from '../core/readout.ts';
import type { TowerWhy } from '../encoders/port.ts';
import type { Calibration } from '../packs/calibration.ts';
import type { ConceptTable } from '../packs/concepts.ts';
import type { Samples } from '../packs/samples.ts';

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
  readonly calibration: Readonly<Record<'images' | 'texts', Calibration>>;
  /** Whose pictures it shows: the embedded gallery's, its own, or none. */
  readonly pictures: 'gallery' | 'own' | 'none';
  readonly concepts: ConceptTable;
  /** Permalink payload of the ready example. */
  readonly example: string;
}

export type { Samples };

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
  readonly why: TowerWhy | 'software-adapter' | 'gpu' | 'no-gpu' | 'no-kernel';
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

/** A column of a figure's numbers. */
export interface TableColumn {
  readonly name: string;
  readonly values: readonly (string | number | null)[];
}

/** Operations of the probe view. */
export interface ProbeOperations {
  /** Manifest, concepts and example of a pack. */
  open: { input: { pack: string }; output: PackView };
  /** Names of the pack's items. */
  samples: { input: object; output: Samples };
  /** Encoder ready to embed, with the backends it runs on. */
  load: { input: object; output: BackendReport[] };
  /** Short measurement of WebGPU against wasm, one tower after the other; the faster stays. */
  measure: { input: object; output: BackendReport[] };
  probeImages: { input: { images: readonly ImageInput[] }; output: { results: ProbeResult[]; failures: ProbeFailure[] } };
  probeTexts: {
    input: { texts: readonly { key: string; text: string }[] };
    output: { results: ProbeResult[]; failures: ProbeFailure[] };
  };
  /** Probes made of the gallery's own pictures, from stored embeddings. */
  probeGallery: { input: { items: readonly { key: string; item: number }[] }; output: { results: ProbeResult[] } };
  /** Cosines of all pairs, upper triangle row-major; NaN where an embedding is not known (a picture from a link). */
  similarities: { input: { probes: readonly KnownProbe[] }; output: { similarities: number[] } };
  /** The same probes under the open pack's dictionary; those whose embedding is not known (pictures from a link) are left out. */
  recode: { input: { probes: readonly KnownProbe[] }; output: { results: ProbeResult[] } };
  /** Columns of equal length as a Parquet file. */
  parquet: { input: { columns: readonly TableColumn[] }; output: Blob };
  explain: { input: { a: ProbeReadout['code']; b: ProbeReadout['code']; similarity: number }; output: PairExplanation };
}

/** Progress of a request; `phase` is a message-catalogue key. */
export interface Progress {
  readonly phase: 'pack' | 'dictionary' | 'model' | 'decode' | 'embed' | 'encode' | 'measure' | 'train' | 'label' | 'layout' | 'group';
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

/** Something the user should know although no request failed. */
export type EngineNotice =
  | { readonly kind: 'gpu-recovered'; readonly on: 'webgpu' | 'cpu' }
  | { readonly kind: 'backend-fell-back'; readonly part: BackendReport['part']; readonly to: string };
