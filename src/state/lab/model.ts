import type { StoreApi } from 'zustand/vanilla';
import type { Method, Recipe } from '../../core/training/recipe.ts';
import type { Estimate, ExportKind, LabData, LabSource, LiveConcept, NamedBlob, Run, Stability, TrainUpdate } from '../../engine/lab/protocol.ts';
import type { ErrorReport, Progress } from '../../engine/protocol.ts';

/** What the frontier and the curves show. */
export type Side = 'both' | 'images' | 'texts';

/** The run that is being trained, between two writes of its record. */
export interface Training {
  readonly run: string;
  readonly update: TrainUpdate | null;
  /** The last sample of concepts that came. */
  readonly concepts: readonly LiveConcept[];
}

/** A sweep or a set of seeds, as the user asks for it. */
export interface Plan {
  readonly methods: readonly Method[];
  readonly ks: readonly number[];
  readonly seeds: readonly number[];
  /** Shares of pictures among the rows; empty = all rows as they are. */
  readonly imageShares: readonly number[];
}

/** Everything the Lab view shows. */
export interface LabState {
  /** Null until runs of earlier sessions are read. */
  readonly runs: readonly Run[] | null;
  readonly data: LabData | null;
  readonly dataProgress: Progress | null;
  readonly dataError: ErrorReport | null;
  /** Object URLs (or null) of dropped pictures, by their position in the data; empty for galleries and embedding files. */
  readonly pictures: readonly (string | null)[];
  /** Captions by their position in the data, where they are known. */
  readonly captions: readonly string[];
  /** The form. */
  readonly recipe: Recipe;
  readonly preset: string;
  /** What of the form cannot run on this data, as sentences' keys with their field; empty when it can. */
  readonly recipeError: ErrorReport | null;
  readonly estimate: Estimate | 'measuring' | null;
  readonly training: Training | null;
  /** Runs drawn over each other, by id. */
  readonly shown: readonly string[];
  readonly side: Side;
  /** Concepts of the run that is looked at, when none is being trained. */
  readonly concepts: { readonly run: string; readonly list: readonly LiveConcept[] } | null;
  readonly stability: { readonly status: 'measuring' } | { readonly status: 'done'; readonly report: Stability } | null;
  /** A run that was just deleted and can be put back. */
  readonly deleted: Run | null;
  /** What went wrong with the last action, if it did. */
  readonly error: ErrorReport | null;
  /** The run that the probe view uses now, by id. */
  readonly used: string | null;
}

/** What the Lab view can do. Every method is safe to call at any time; failures land in the state. */
export interface LabActions {
  /** Reads earlier runs and opens the gallery's rows; called when the view is first shown. */
  start(): Promise<void>;
  useData(source: LabSource, previews?: { pictures: readonly (string | null)[]; captions: readonly string[] }): Promise<void>;
  setRecipe(change: Partial<Recipe>): void;
  setPreset(name: string): void;
  /** Measures what the form's run would cost. */
  estimate(): Promise<void>;
  /** Trains the form's recipe, after whatever is queued. */
  train(): Promise<void>;
  /** Adds all combinations of a plan to the queue and works it off. */
  sweep(plan: Plan): Promise<void>;
  /** Stops the run that is being trained; it stays paused with its checkpoint. The queue stops too. */
  cancel(): void;
  resume(run: string): Promise<void>;
  rename(run: string, name: string, note: string): Promise<void>;
  remove(run: string): Promise<void>;
  undoRemove(): Promise<void>;
  /** Adds a run to the overlay, or takes it away. */
  toggle(run: string): void;
  setSide(side: Side): void;
  /** Shows the concepts of a finished run. */
  inspect(run: string): Promise<void>;
  /** Matches the concepts of the shown runs. */
  measureStability(): Promise<void>;
  /** Makes a pack of a finished run and opens it in the probe view. */
  use(run: string): Promise<void>;
  /** A file to save, or null when it failed. */
  exportRun(run: string, as: ExportKind): Promise<NamedBlob | null>;
  dismissError(): void;
}

export type LabStore = StoreApi<LabState> & { readonly actions: LabActions };
