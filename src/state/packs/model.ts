import type { StoreApi } from 'zustand/vanilla';
import type { LabSource, NamedBlob } from '../../engine/lab/protocol.ts';
import type { DictionaryPreview, ImportOptions, OwnDictionary, OwnPack, PathBlob, Storage } from '../../engine/own/protocol.ts';
import type { ErrorReport, Progress } from '../../engine/protocol.ts';

/** What was done last, said in one line. */
export type Said =
  | { readonly what: 'opened' | 'built' | 'received' | 'restored'; readonly title: string }
  | { readonly what: 'verified'; readonly title: string; readonly parts: number; readonly bytes: number };

/** Everything the view of packs shows. */
export interface PacksState {
  /** Null until it is read. */
  readonly storage: Storage | null;
  /** What is being done; one thing at a time. */
  readonly progress: Progress | null;
  readonly error: ErrorReport | null;
  readonly said: Said | null;
  /** Files of a checkpoint that are looked at, with what was found in them. */
  readonly checkpoint: { readonly files: readonly NamedBlob[]; readonly options: ImportOptions; readonly preview: DictionaryPreview | null } | null;
  /** The pack that was deleted last, until the next. */
  readonly deleted: OwnPack | null;
}

/** What the view can do. Failures land in the state, they do not throw. */
export interface PacksActions {
  refresh(): Promise<void>;
  /** Looks at a checkpoint; no files: puts it away. */
  look(files: readonly NamedBlob[], options?: Partial<ImportOptions>): Promise<void>;
  /** Makes a pack and opens it; true when it went well. */
  build(title: string, source: LabSource, dictionary: OwnDictionary): Promise<boolean>;
  /** Trains a dictionary on the embedded gallery with the default recipe, makes a pack of it, and opens it. */
  buildDictionary(): Promise<void>;
  /** Copies a pack into this browser and opens it. */
  receive(from: { readonly files: readonly PathBlob[] } | { readonly address: string }): Promise<boolean>;
  open(pack: OwnPack): Promise<void>;
  openEmbedded(title: string): Promise<void>;
  verify(pack: OwnPack): Promise<void>;
  remove(pack: OwnPack): Promise<void>;
  undoRemove(): Promise<void>;
  /** The pack as a zip, or null when that failed. */
  publish(pack: OwnPack): Promise<NamedBlob | null>;
  cancel(): void;
  dismiss(): void;
}

export type PacksStore = StoreApi<PacksState> & { readonly actions: PacksActions };
