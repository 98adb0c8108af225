/** The atlas's part of what page and worker say to each other: a pack's concepts as a whole, one by one, and in pairs. */
import type { GroupKind, LayoutKind } from '../../core/permalink/atlas-view.ts';
import type { ImageInput } from '../protocol.ts';

/** A bridge as the atlas lists it: image-side concept i, text-side concept j. */
export interface AtlasBridge {
  readonly i: number;
  readonly j: number;
  /** B_ij, and what it would be on average if the pairs were shuffled. */
  readonly value: number;
  readonly null: number;
  /** ⟨D_i, D_j⟩ of unit atoms. */
  readonly cosine: number;
}

/** A node of a tree of groups; the root's children are the coarsest groups. Members are concepts, rising. */
export interface AtlasGroup {
  readonly id: number;
  readonly parent: number | null;
  readonly level: number;
  readonly name: string;
  readonly nameJa: string | null;
  readonly members: readonly number[];
}

/** Groups of a pack's concepts: of `grouped` of `of` living concepts. */
export interface AtlasGroups {
  readonly kind: GroupKind;
  readonly groups: readonly AtlasGroup[];
  readonly grouped: number;
  readonly of: number;
}

/** A pack's concepts as a whole. Arrays have one value a concept, NaN where it is undefined. */
export interface Atlas {
  readonly c: number;
  readonly d: number;
  readonly pairs: number;
  /** R² of all rows about one scalar mean, and what it loses when a concept alone is taken out of the codes. */
  readonly r2: number;
  readonly r2Loss: Float64Array;
  /** |cos| with μ_img − μ_txt, with the normal of a linear probe, and what a random direction has. */
  readonly cosineToGap: Float64Array;
  readonly cosineToProbe: Float64Array;
  readonly randomCosine: number;
  /** Held-out balanced accuracy of z_i as a classifier of modality. */
  readonly classifierAccuracy: Float64Array;
  /** ‖μ_img − μ_txt‖, and the share of held-out rows that a linear probe tells apart. */
  readonly gap: number | null;
  readonly separability: number | null;
  /** Singular values of the centred clouds over √n, falling. */
  readonly spectrum: { readonly images: Float64Array; readonly texts: Float64Array };
  /** Null without pairs. */
  readonly bridge: {
    readonly sum: number;
    readonly meanReconstructedSimilarity: number;
    /** The strongest by value − null, of so many pairs of concepts that were ever active together. */
    readonly top: readonly AtlasBridge[];
    readonly of: number;
  } | null;
}

/** Points of a layout; `kind` `umap` and `pca` are of either layer. */
export interface AtlasLayout {
  readonly layer: 'concepts' | 'samples';
  readonly kind: LayoutKind;
  readonly seed: number;
  /** Concepts; or images, then texts. `(n, 2)` in [-1, 1], NaN where a point has no place. */
  readonly positions: Float32Array;
  /** Trustworthiness and continuity with k neighbours, of `judged` of `of` points; null where the axes are themselves the meaning. */
  readonly quality: { readonly trustworthiness: number; readonly continuity: number; readonly k: number; readonly judged: number; readonly of: number } | null;
  /** It was in the pack; else it was computed here. */
  readonly stored: boolean;
}

/** An item and how a concept sees it. */
export interface Example {
  readonly item: number;
  /** z_i, 0 where it is not active. */
  readonly activation: number;
  /** The concept's pre-activation, what is compared with θ. */
  readonly precode: number;
}

/** A concept's examples among the images or among the texts. */
export interface ConceptExamples {
  /** Items that activate it, of all. */
  readonly active: number;
  readonly of: number;
  readonly top: readonly Example[];
  readonly quantiles: readonly { readonly quantile: number; readonly example: Example }[];
  readonly random: readonly Example[];
  /** Not active, with the highest pre-activation. */
  readonly nearMisses: readonly Example[];
  /** Not active, though nearest to the items that are; `cosine` to their mean. */
  readonly negatives: readonly (Example & { readonly cosine: number })[];
}

/** A concept near another, and how near: cosine, Jaccard index, or B − null. */
export interface NearConcept {
  readonly concept: number;
  readonly value: number;
}

/** What a concept's own page shows. */
export interface ConceptFacts {
  readonly concept: number;
  /** θ where the dictionary has one. */
  readonly threshold: number | null;
  readonly images: ConceptExamples;
  readonly texts: ConceptExamples;
  /** Counts in common bins of pre-activations from 0; `edges` has one more. Items below the first edge are `silent`. */
  readonly histogram: {
    readonly edges: readonly number[];
    readonly images: readonly number[];
    readonly texts: readonly number[];
    readonly silentImages: number;
    readonly silentTexts: number;
  };
  readonly byCosine: readonly NearConcept[];
  readonly byCoactivation: readonly NearConcept[];
  /** Bridges that have it on their image side, and on their text side. */
  readonly bridges: readonly AtlasBridge[];
  /** Texts whose embedding, less the texts' mean, points most its way. */
  readonly words: readonly { readonly text: number; readonly cosine: number }[];
}

/** What a bridge's own page shows. */
export interface BridgeFacts extends AtlasBridge {
  /** Share of ΣB that it carries. */
  readonly share: number;
  /** Matched pairs where both are active, of all; the strongest carriers z_i·z_j first. */
  readonly active: number;
  readonly of: number;
  readonly carriers: readonly { readonly image: number; readonly text: number; readonly zImage: number; readonly zText: number }[];
}

/** Answer of a concept's test field. */
export interface ConceptTest {
  readonly activation: number;
  readonly precode: number;
  readonly threshold: number | null;
}

/** The gap of a sample of rows before and after concepts are taken out. */
export interface GapWithoutConcepts {
  readonly images: number;
  readonly texts: number;
  readonly before: { readonly distance: number; readonly separability: number | null };
  readonly after: { readonly distance: number; readonly separability: number | null };
}

/** The atlas's operations, on the open pack. */
export interface AtlasOperations {
  atlas: { input: object; output: Atlas };
  /** The pack's own where it has one; `fresh` computes it anew with `seed`. */
  atlasLayout: { input: { layer: AtlasLayout['layer']; kind: LayoutKind; seed: number; fresh: boolean }; output: AtlasLayout };
  atlasGroups: { input: { kind: GroupKind }; output: AtlasGroups };
  atlasConcept: { input: { concept: number }; output: ConceptFacts };
  atlasBridge: { input: { i: number; j: number }; output: BridgeFacts };
  /** Does a text or a picture activate the concept? */
  atlasTest: { input: { concept: number; text: string | null; image: ImageInput | null }; output: ConceptTest };
  atlasGap: { input: { without: readonly number[] }; output: GapWithoutConcepts };
}
