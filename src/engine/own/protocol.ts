/** What page and worker say to each other about dictionaries, data and packs that the user brings; merged into `operations.ts`. */
import type { LabSource, NamedBlob } from '../lab/protocol.ts';
import type { ErrorReport } from '../protocol.ts';

/** What a checkpoint may leave unsaid. `theta`: a threshold, or `calibrate`: estimated on the rows it is to read. */
export interface ImportOptions {
  /** Tool whose format it is; null: by content. */
  readonly format: string | null;
  readonly activation: 'relu' | 'topk' | 'batchtopk' | 'mp' | 'omp' | null;
  readonly k: number | null;
  readonly theta: number | 'calibrate' | null;
}

/** What a checkpoint is, before anything is made of it. */
export interface DictionaryPreview {
  /** Tool whose format it is. */
  readonly tool: string;
  /** Embedding dimension and number of concepts. */
  readonly d: number;
  readonly c: number;
  readonly activation: string;
  readonly k: number | null;
  /** The threshold where one holds for all concepts. */
  readonly theta: number | null;
  readonly comparator: '>' | '>=' | null;
  readonly normalisation: string;
  /** What was assumed or estimated. */
  readonly notes: readonly string[];
  /** True where a threshold is needed and the file holds none. */
  readonly thresholdMissing: boolean;
  /** Whether its dimension is that of the open pack's embeddings. */
  readonly fits: boolean;
}

/** The dictionary that a new pack is read with. */
export type OwnDictionary =
  /** That of the open pack. */
  | { readonly kind: 'open' }
  | { readonly kind: 'files'; readonly files: readonly NamedBlob[]; readonly options: ImportOptions };

/** A file with its path below the dropped folder. */
export interface PathBlob {
  readonly path: string;
  readonly blob: Blob;
}

/** A pack in this browser's storage. */
export interface OwnPack {
  /** What `open` takes. */
  readonly id: string;
  readonly title: string;
  readonly hash: string;
  readonly encoder: string;
  readonly dictionary: string;
  readonly c: number;
  readonly images: number;
  readonly texts: number;
  readonly bytes: number;
}

/** What of this origin's storage is used. */
export interface Storage {
  readonly packs: readonly OwnPack[];
  /** Packs that cannot be read, and why. */
  readonly broken: readonly { readonly id: string; readonly error: ErrorReport }[];
  /** Bytes of this origin, and how many it may have; null where the browser does not say. */
  readonly usage: number | null;
  readonly quota: number | null;
  /** False where nothing outlives the session. */
  readonly lasting: boolean;
}

/** Operations on what the user brings. */
export interface OwnOperations {
  /** Looks at a checkpoint. Rejects with what is missing or wrong. */
  ownPreview: { input: { files: readonly NamedBlob[]; options: ImportOptions }; output: DictionaryPreview };
  /** Makes and keeps a pack: the user's rows, or the embedded gallery's, read with a dictionary. */
  ownBuild: { input: { title: string; source: LabSource; dictionary: OwnDictionary }; output: { pack: string } };
  /** Copies a pack into this browser, every part checked; `open` takes its id. */
  ownReceive: { input: { from: { readonly files: readonly PathBlob[] } | { readonly address: string } }; output: { pack: string } };
  ownStorage: { input: object; output: Storage };
  /** Reads every part of a kept pack again and compares it with its hash. */
  ownVerify: { input: { pack: string }; output: { readonly parts: number; readonly bytes: number } };
  /** Takes a pack off the list; `ownRestore` puts it back until the page is left. */
  ownDelete: { input: { pack: string }; output: object };
  ownRestore: { input: { pack: string }; output: object };
  /** The pack as a zip for any static host. */
  ownPublish: { input: { pack: string }; output: NamedBlob };
  /** A sheet of the open pack's own pictures. */
  sheet: { input: { n: number }; output: Blob };
}
