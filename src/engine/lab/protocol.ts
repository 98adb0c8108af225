/** The dictionary lab's part of what page and worker say to each other; merged into `protocol.ts`. */
import type { Recipe } from '../../core/training/recipe.ts';
import type { StepStats, TrainingBackend } from '../../core/training/trainer.ts';
import type { Activated } from '../../packs/statistics.ts';
import type { ErrorReport, ImageInput } from '../protocol.ts';

/** A file the page hands over. */
export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

/** Where the rows of a run come from. */
export type LabSource =
  /** Embeddings of the open pack, its pictures and its texts. */
  | { readonly kind: 'gallery' }
  /**
   * Embedding files (npy, npz, safetensors): pictures', texts', and a list of pairs (`image,text` a line, rows from 0), else row n
   * with row n where the counts are equal. `normalise` divides rows by their norm; without it rows off the unit sphere are refused.
   */
  | { readonly kind: 'files'; readonly images: readonly NamedBlob[]; readonly texts: readonly NamedBlob[]; readonly pairs: NamedBlob | null; readonly normalise: boolean }
  /** Pictures and captions, through the open encoder; `pairs` are positions (image, text). */
  | { readonly kind: 'items'; readonly images: readonly ImageInput[]; readonly texts: readonly string[]; readonly pairs: readonly (readonly [number, number])[] };

/** Something about the data that the user should know; the run can go on. `count` rows, e.g. `first` (counted from 0). */
export interface DataWarning {
  readonly code: 'normalised' | 'duplicates' | 'fewer-rows-than-concepts' | 'one-modality' | 'no-pairs' | 'unread' | 'short-last-batch';
  readonly count: number;
  readonly first: number | null;
}

/** Rows that are ready to train on. */
export interface LabData {
  /** Content hash: the same rows have the same id, in every session. */
  readonly id: string;
  readonly kind: LabSource['kind'];
  /** File names, or the pack's title. */
  readonly title: string;
  readonly images: number;
  readonly texts: number;
  readonly pairs: number;
  readonly d: number;
  readonly warnings: readonly DataWarning[];
}

/** What a run would cost, measured by a short trial of its own steps. */
export interface Estimate {
  readonly steps: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /** Peak memory of data, parameters, optimiser and work space. */
  readonly bytes: number;
  readonly backend: TrainingBackend;
  readonly adapter: string | null;
}

/** One point of a run's curves. */
export interface CurvePoint extends StepStats {
  /** 1 − mse/(variance about one scalar mean), over the batches since the last point. */
  readonly r2: number;
  /** The same about the mean of each feature (1 − FVU). */
  readonly r2PerFeature: number;
  readonly samplesPerSecond: number;
}

/** A concept as it forms: its strongest items in a fixed sample of the data. */
export interface LiveConcept {
  readonly concept: number;
  readonly energy: number;
  readonly modality: number | null;
  readonly topImages: readonly Activated[];
  readonly topTexts: readonly Activated[];
}

/** Sent while a run goes on. */
export interface TrainUpdate {
  readonly id: string;
  readonly epoch: number;
  readonly steps: number;
  readonly point: CurvePoint;
  /** Now and then. */
  readonly concepts: readonly LiveConcept[] | null;
}

/** One modality's place on the frontier; null where the run had no such rows. */
export interface FrontierPoint {
  readonly l0: number;
  readonly r2: number;
  readonly r2PerFeature: number;
}

/** What a finished run measures on its own rows, with the dictionary as it is used afterwards (running θ). */
export interface RunMeasures {
  readonly both: FrontierPoint;
  readonly images: FrontierPoint | null;
  readonly texts: FrontierPoint | null;
  /** Share of concepts that no row activates. */
  readonly dead: number;
  /** ΣB and mean ⟨x̂_img, x̂_txt⟩ over the pairs: equal by the invariant; null without pairs. */
  readonly bridge: { readonly sum: number; readonly meanReconstructedSimilarity: number } | null;
}

/** A run, as stored and as listed. */
export interface Run {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  /** ISO 8601. */
  readonly created: string;
  readonly data: Pick<LabData, 'id' | 'title' | 'images' | 'texts' | 'd' | 'kind'>;
  readonly recipe: Recipe;
  /** `paused`: has a checkpoint, by the user's wish or because the page went away. */
  readonly status: 'queued' | 'running' | 'paused' | 'done' | 'failed';
  readonly step: number;
  readonly steps: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  readonly backend: TrainingBackend | null;
  readonly adapter: string | null;
  /** At most a few hundred points. */
  readonly curve: readonly CurvePoint[];
  readonly measures: RunMeasures | null;
  readonly error: ErrorReport | null;
  /** Runs that were started together (a sweep, or seeds for stability) share it. */
  readonly group: string | null;
  /** Share of pictures among the rows, for runs of other diets; null = all rows. */
  readonly imageShare: number | null;
}

/** How the concepts of one run come back in others. Arrays have one value a concept of the first run. */
export interface Stability {
  readonly runs: readonly string[];
  /** Mean over the other runs of the cosine with the matched atom. */
  readonly perConcept: readonly number[];
  readonly energy: readonly number[];
  /** Mean matched cosine of each pair of runs with the first. */
  readonly mean: readonly number[];
  /** Mean of the matched cosines of the m concepts with most energy, for rising m. */
  readonly curve: readonly { readonly top: number; readonly stability: number }[];
  /** The same matching against random unit dictionaries: mean and 99 % quantile of per-concept cosines. */
  readonly random: { readonly mean: number; readonly quantile99: number };
  /** False where the assignment is a bound, beyond 2 000 concepts: the truth is at most `gap` higher. */
  readonly exact: boolean;
  readonly gap: number;
}

/** What an export contains. */
export type ExportKind = 'saelens' | 'pack' | 'csv';

/** The lab's operations. */
export interface LabOperations {
  labOpen: { input: { source: LabSource }; output: LabData };
  /** Data of an earlier session by its id, kept by the page's storage. */
  labReopen: { input: { id: string }; output: LabData };
  /** Trains for about two seconds and throws the result away. */
  labEstimate: { input: { data: string; recipe: Recipe }; output: Estimate };
  labRuns: { input: object; output: Run[] };
  /** Puts runs into the list, `queued`. */
  labAdd: { input: { data: string; recipes: readonly Recipe[]; group: string | null; imageShares?: readonly number[] | undefined }; output: Run[] };
  /** Trains a run that is queued or paused; cancelling it leaves it paused with a checkpoint. Sends `TrainUpdate`s. */
  labTrain: { input: { run: string }; output: Run; update: TrainUpdate };
  labAnnotate: { input: { run: string; name: string; note: string }; output: Run };
  labDelete: { input: { run: string }; output: object };
  /** Puts a deleted run back. */
  labRestore: { input: { run: string }; output: Run };
  labStability: { input: { runs: readonly string[] }; output: Stability };
  /** Top examples of the finished run's concepts, most energy first. */
  labConcepts: { input: { run: string; count: number }; output: LiveConcept[] };
  /** Makes a pack of the run's dictionary; `open` takes its id. */
  labUse: { input: { run: string }; output: { pack: string } };
  labExport: { input: { run: string; as: ExportKind }; output: NamedBlob };
}
