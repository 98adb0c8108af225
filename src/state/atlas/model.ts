import type { StoreApi } from 'zustand';
import type { AtlasFilters, AtlasView, GroupKind, LayoutKind } from '../../core/permalink/atlas-view.ts';
import type { Atlas, AtlasGroups, AtlasLayout, BridgeFacts, ConceptFacts, ConceptTest, GapWithoutConcepts } from '../../engine/atlas/protocol.ts';
import type { ErrorReport, Progress } from '../../engine/protocol.ts';

/** Something that the worker makes for a view. */
export type Made<T> =
  | { readonly status: 'making'; readonly progress: Progress | null }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly error: ErrorReport };

/** A named set of starred concepts. */
export interface Collection {
  readonly id: string;
  readonly name: string;
  /** Pack that the numbers belong to: `<id>@<hash>`. */
  readonly pack: string;
  readonly items: readonly { readonly concept: number; readonly note: string }[];
}

/** Everything that the map, the concept pages, alignment and bridges show; the linkable part is `view`. */
export interface AtlasState {
  /** The pack that all this is about, `<id>@<hash>`; everything is forgotten when another is opened. */
  readonly pack: string | null;
  readonly atlas: Made<Atlas> | null;
  readonly view: AtlasView;
  /** Of the layer and layout on show; by `layoutKey`. */
  readonly layouts: ReadonlyMap<string, Made<AtlasLayout>>;
  readonly groups: ReadonlyMap<GroupKind, Made<AtlasGroups>>;
  /** The last few that were looked at. */
  readonly concepts: ReadonlyMap<number, Made<ConceptFacts>>;
  readonly bridges: ReadonlyMap<string, Made<BridgeFacts>>;
  /** The gap without the selection. */
  readonly gapWithout: Made<GapWithoutConcepts> | null;
  /** Concept under pointer, cursor or focus, in whichever view; not part of the link. */
  readonly hover: number | null;
  /** Concepts that `view.meaning` lights up, with their activations; null without. `text` is the probe's own, null for a picture. */
  readonly lit: { readonly text: string | null; readonly activations: ReadonlyMap<number, number> } | null;
  readonly searching: boolean;
  readonly searchError: ErrorReport | null;
  /** Labels of one's own, kept in this browser, for the open pack. */
  readonly ownLabels: ReadonlyMap<number, string>;
  readonly collections: readonly Collection[];
  /** The collection that the star adds to. */
  readonly collection: string | null;
  /** A collection or label that was just removed and can be put back. */
  /** True while the browser's storage refuses the collections: they are gone with the tab. */
  readonly unkept: boolean;
  readonly undoable: { readonly what: string; readonly undo: () => void } | null;
}

/** What the atlas's views can do. Every method is safe to call at any time; failures land in the state. */
export interface AtlasActions {
  /** Makes what the views need: the atlas and the layout on show. Called when one of them is first shown, and after a pack was opened. */
  start(): Promise<void>;
  /** Changes the linkable part; what it needs is made. */
  setView(change: Partial<AtlasView>): void;
  setFilters(change: Partial<AtlasFilters>): void;
  /** Computes a layout anew; cancels the one before. */
  recompute(kind: LayoutKind, seed: number): Promise<void>;
  cancelLayout(): void;
  hover(concept: number | null): void;
  /** Replaces, extends or reduces the selection. */
  select(concepts: Iterable<number>, how: 'replace' | 'add' | 'remove'): void;
  needGroups(kind: GroupKind): Promise<void>;
  needConcept(concept: number): Promise<void>;
  needBridge(i: number, j: number): Promise<void>;
  /** Measures the gap without the selected concepts. */
  measureGap(): Promise<void>;
  /** Lights up the concepts that a text or a picture activates. */
  searchByText(text: string): Promise<void>;
  searchByImage(file: { name: string; blob: Blob }): Promise<void>;
  clearSearch(): void;
  /** Does it fire? Resolves with null when it failed; the error is in `searchError`. */
  test(concept: number, probe: { text: string } | { image: { name: string; blob: Blob } }): Promise<ConceptTest | null>;
  /** Empty text takes the own label away. */
  setLabel(concept: number, label: string): void;
  /** All own labels of the pack as a JSON file's text. */
  exportLabels(): string;
  star(concept: number): void;
  unstar(concept: number): void;
  note(concept: number, note: string): void;
  addCollection(name: string): void;
  renameCollection(id: string, name: string): void;
  removeCollection(id: string): void;
  chooseCollection(id: string): void;
  /** JSON of all collections, and the same read back; returns what was wrong, in one sentence's parts, or null. */
  exportCollections(): string;
  importCollections(json: string, file: string): ErrorReport | null;
  undo(): void;
}

export type AtlasStore = StoreApi<AtlasState> & { readonly actions: AtlasActions };

/** Key of a layout in `layouts`. */
export function layoutKey(layer: AtlasLayout['layer'], kind: LayoutKind): string {
  return `${layer} ${kind}`;
}

/** Key of a bridge in `bridges`. */
export function bridgeKey(i: number, j: number): string {
  return `${String(i)}-${String(j)}`;
}
