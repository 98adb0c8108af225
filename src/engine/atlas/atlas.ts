import type { MetricsAccumulator } from '../../core/analysis/metrics-accumulator.ts';
import { InputError } from '../../core/errors.ts';
import { conceptLayout, rowLayout } from '../../core/layout/concept-layout.ts';
import { layoutQuality } from '../../core/layout/quality.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { stackRows } from '../../core/rows.ts';
import { matrix, type Matrix } from '../../core/tensor.ts';
import type { DenseProduct } from '../../core/training/dense-product.ts';
import type { Work } from '../../core/work.ts';
import type { OpenGallery } from '../gallery.ts';
import { sharedWork } from '../lab/pause.ts';
import { JUDGED_NEIGHBOURS } from '../pack-layouts.ts';
import type { Progress } from '../protocol.ts';
import type { CallContext } from '../server.ts';
import { conceptFacts, conceptTest } from './concept-facts.ts';
import { conceptGroups } from './groups.ts';
import { measurePack, overview } from './overview.ts';
import { packRows, type PackRows } from './pack-rows.ts';
import { bridgeFacts } from './pair-facts.ts';
import type { Atlas, AtlasLayout, AtlasOperations, BridgeFacts, ConceptFacts, ConceptTest, GapWithoutConcepts } from './protocol.ts';

/** What the atlas needs of the engine. */
export interface AtlasHost {
  gallery(): Promise<OpenGallery>;
  dictionary(): Promise<Dictionary>;
  product(): Promise<DenseProduct | null>;
  /** Embedding `(1, d)` of a text or a picture. Throws InputError when it cannot be read. */
  embed(probe: AtlasOperations['atlasTest']['input'], context: CallContext): Promise<Matrix>;
}

/** The atlas of the open pack; everything is made once, when it is first asked for. */
export class PackAtlas {
  readonly #host: AtlasHost;
  #rows: Promise<PackRows> | null = null;
  #metrics: Promise<MetricsAccumulator> | null = null;
  #overview: Promise<Atlas> | null = null;

  constructor(host: AtlasHost) {
    this.#host = host;
  }

  atlas(context: CallContext): Promise<Atlas> {
    this.#overview ??= this.#measured(context)
      .then(async (metrics) => overview(await this.#packRows(), metrics))
      .catch((error: unknown) => {
        this.#overview = null;
        throw error;
      });
    return this.#overview;
  }

  async layout({ layer, kind, seed, fresh }: AtlasOperations['atlasLayout']['input'], context: CallContext): Promise<AtlasLayout> {
    const gallery = await this.#host.gallery();
    const stored = fresh ? null : await gallery.layout(layer, kind);
    if (stored !== null) return { layer, kind, stored: true, ...stored };
    const rows = await this.#packRows();
    const product = (await this.#host.product()) ?? undefined;
    const work = workOf(context, 'layout');
    const x = layer === 'concepts' ? atomsOf(rows.dictionary) : stackRows([rows.images.x, rows.texts.x], rows.dictionary.d);
    const positions = layer === 'concepts' ? await conceptLayout(kind, await this.#toPlace(), seed, work, product) : await rowLayout(kind === 'umap' ? 'umap' : 'pca', x, seed, work, product);
    const quality = kind === 'modality-energy' ? null : await layoutQuality(x, positions, JUDGED_NEIGHBOURS, work);
    return { layer, kind, seed, positions, quality, stored: false };
  }

  async groups({ kind }: AtlasOperations['atlasGroups']['input'], context: CallContext): Promise<AtlasOperations['atlasGroups']['output']> {
    const concepts = await (await this.#host.gallery()).concepts();
    return conceptGroups(kind, await this.#packRows(), concepts, workOf(context, 'group'));
  }

  async concept({ concept }: AtlasOperations['atlasConcept']['input'], context: CallContext): Promise<ConceptFacts> {
    const rows = await this.#packRows();
    requireConcept(concept, rows.dictionary.c);
    return conceptFacts(rows, await this.#measured(context), concept);
  }

  async bridge({ i, j }: AtlasOperations['atlasBridge']['input'], context: CallContext): Promise<BridgeFacts> {
    const rows = await this.#packRows();
    for (const concept of [i, j]) requireConcept(concept, rows.dictionary.c);
    const { bridge } = await this.atlas(context);
    return bridgeFacts(rows, await this.#measured(context), bridge?.sum ?? 0, i, j);
  }

  async test(input: AtlasOperations['atlasTest']['input'], context: CallContext): Promise<ConceptTest> {
    const { dictionary } = await this.#packRows();
    requireConcept(input.concept, dictionary.c);
    return conceptTest(dictionary, await this.#host.embed(input, context), input.concept);
  }

  async gap({ without }: AtlasOperations['atlasGap']['input'], context: CallContext): Promise<GapWithoutConcepts> {
    const gap = (await this.#measured(context)).gapWithout(without);
    if (gap === null) throw new InputError('the pack has items of one modality only, so that there is no gap.', { field: 'gap' });
    return gap;
  }

  async #toPlace(): Promise<Parameters<typeof conceptLayout>[1]> {
    const { dictionary } = await this.#packRows();
    const { energyImages, energyTexts, modality } = await (await this.#host.gallery()).concepts();
    return {
      dictionary,
      energy: energyImages.map((energy, i) => (energy + (energyTexts[i] ?? 0)) / 2),
      modality: modality.map((score) => score ?? Number.NaN),
    };
  }

  #packRows(): Promise<PackRows> {
    this.#rows ??= Promise.all([this.#host.gallery(), this.#host.dictionary()])
      .then(([gallery, dictionary]) => packRows(gallery, dictionary))
      .catch((error: unknown) => {
        this.#rows = null;
        throw error;
      });
    return this.#rows;
  }

  /** Not cancelled with the request that began it: others wait for it too. */
  #measured({ progress }: CallContext): Promise<MetricsAccumulator> {
    this.#metrics ??= this.#packRows()
      .then((rows) => measurePack(rows, workOf({ signal: new AbortController().signal, progress }, 'measure')))
      .catch((error: unknown) => {
        this.#metrics = null;
        throw error;
      });
    return this.#metrics;
  }
}

function workOf({ signal, progress }: CallContext, phase: Progress['phase']): Work {
  let last = -Infinity;
  return sharedWork(signal, (done, total) => {
    // A message for each of ten thousand pieces would be work of its own.
    if (performance.now() - last < 50) return;
    last = performance.now();
    progress({ phase, done, total, unit: 'items' });
  });
}

function atomsOf({ c, d, W_dec }: Dictionary): Matrix {
  return matrix(c, d, W_dec);
}

/** Links can name any number. */
function requireConcept(concept: number, c: number): void {
  if (!Number.isInteger(concept) || concept < 0 || concept >= c) throw new InputError(`there is no concept ${concept}: the dictionary has ${c}, counted from 0.`, { field: 'concept' });
}
