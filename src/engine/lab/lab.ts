import { commonThreshold, type Dictionary } from '../../core/dictionary.ts';
import { InputError, invariant } from '../../core/errors.ts';
import { stability } from '../../core/matching/stability.ts';
import { checkRecipe } from '../../core/training/check.ts';
import type { DenseProduct } from '../../core/training/dense-product.ts';
import type { Recipe } from '../../core/training/recipe.ts';
import type { RgbaImage } from '../../encoders/images/image.ts';
import type { Encoder } from '../../encoders/port.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import type { GpuSession } from '../../gpu/gpu-session.ts';
import { encodeRows } from '../encode-rows.ts';
import type { OpenGallery } from '../gallery.ts';
import type { CallContext } from '../server.ts';
import { keepRows, keptRows } from './data-store.ts';
import { exportFile } from './export.ts';
import type { Folder } from './folder.ts';
import { topConcepts } from './live.ts';
import { galleryItems, makePack } from './make-pack.ts';
import { sharedWork } from './pause.ts';
import type { Estimate, ExportKind, LabData, LabOperations, LabSource, LiveConcept, NamedBlob, Run, Stability, TrainUpdate } from './protocol.ts';
import { rowsOfItems } from './rows-of-items.ts';
import { describeRows, rowsOfFiles, trainingRows, type LabRows } from './rows.ts';
import { RunStore } from './run-store.ts';
import { atomsOf } from './stability.ts';
import { estimateRun, trainRun } from './train-run.ts';

/** The pack whose rows are the lab's ready data. */
const GALLERY = 'gallery';

/** Files of a run that are its dictionary. */
const DICTIONARY_FILES = new Set(['cfg.json', 'sae_weights.safetensors', 'dictionary.safetensors']);

/** What the lab needs of the engine. */
export interface LabHost {
  openGallery(pack: string): Promise<OpenGallery>;
  encoder(): Promise<Encoder>;
  gpu(): Promise<GpuSession | null>;
  folder(): Promise<Folder>;
  decodeImage(bytes: Uint8Array, name: string): Promise<RgbaImage>;
  product(): Promise<DenseProduct | null>;
}

/** The dictionary lab: data, runs and what is made of them. Everything that lasts is in the host's folder. */
export class Lab {
  readonly #host: LabHost;
  readonly #rows = new Map<string, LabRows>();
  #store: Promise<RunStore> | null = null;
  #gallery: Promise<OpenGallery> | null = null;
  /** One run at a time: a run that is being stopped writes its checkpoint before the next begins. */
  #training: Promise<unknown> = Promise.resolve();
  #product: Promise<DenseProduct | null> | null = null;
  /** Stability of a run's concepts as measured last, to go into its pack. */
  readonly #stability = new Map<string, readonly number[]>();

  constructor(host: LabHost) {
    this.#host = host;
  }

  async open(source: LabSource, { signal, progress }: CallContext): Promise<LabData> {
    const rows = await this.#read(source, { signal, progress });
    this.#rows.set(rows.info.id, rows);
    return rows.info;
  }

  async reopen(id: string): Promise<LabData> {
    return (await this.#rowsOf(id)).info;
  }

  async estimate(data: string, recipe: Recipe, signal: AbortSignal): Promise<Estimate> {
    const rows = await this.#rowsOf(data);
    const x = trainingRows(rows, null, recipe.seed);
    checkRecipe(recipe, { rows: x.rows, d: x.cols });
    return estimateRun({ recipe, rows: x, signal, ...(await this.#backends()) });
  }

  async runs(): Promise<Run[]> {
    const store = await this.#opened();
    const runs = await store.all();
    // A run that was in training when the page went away is as good as paused: it goes on from its last checkpoint.
    return runs.map((run) => (run.status === 'running' ? { ...run, status: run.step > 0 ? 'paused' : 'queued' } : run));
  }

  async add({ data, recipes, group, imageShares = [] }: LabOperations['labAdd']['input']): Promise<Run[]> {
    const rows = await this.#rowsOf(data);
    const store = await this.#opened();
    if (rows.info.kind !== 'gallery') await keepRows(await this.#host.folder(), rows);
    const { id, title, images, texts, d, kind } = rows.info;
    const runs = recipes.map((recipe, n): Run => {
      const imageShare = imageShares[n] ?? null;
      const count = imageShare === null ? images + texts : Math.min(images, texts);
      checkRecipe(recipe, { rows: count, d });
      return {
        id: newId(n),
        name: `${recipe.method} ${recipe.concepts} · ${recipe.k}${recipe.seed === 0 ? '' : ` · seed ${recipe.seed}`}${imageShare === null ? '' : ` · ${Math.round(100 * imageShare)} %`}`,
        note: '',
        created: new Date().toISOString(),
        data: { id, title, images, texts, d, kind },
        recipe,
        status: 'queued',
        step: 0,
        steps: 0,
        seconds: 0,
        backend: null,
        adapter: null,
        curve: [],
        measures: null,
        error: null,
        group,
        imageShare,
      };
    });
    for (const run of runs) await store.put(run);
    return runs;
  }

  async train(id: string, signal: AbortSignal, update: (update: TrainUpdate) => void): Promise<Run> {
    const before = this.#training;
    const training = (async () => {
      await before.catch(() => undefined);
      const store = await this.#opened();
      const run = await this.#find(id);
      const rows = await this.#rowsOf(run.data.id);
      return trainRun({ run, rows, store, signal, update, ...(await this.#backends()) });
    })();
    this.#training = training;
    return training;
  }

  async annotate(id: string, name: string, note: string): Promise<Run> {
    const run = { ...(await this.#find(id)), name: name.slice(0, 200), note: note.slice(0, 2000) };
    await (await this.#opened()).put(run);
    return run;
  }

  async remove(id: string): Promise<object> {
    await this.#training.catch(() => undefined);
    const store = await this.#opened();
    await store.purge();
    await store.hide(id);
    return {};
  }

  async restore(id: string): Promise<Run> {
    await (await this.#opened()).unhide(id);
    return this.#find(id);
  }

  async stability(ids: readonly string[], { signal }: CallContext): Promise<Stability> {
    const runs = await Promise.all(ids.map((id) => this.#find(id)));
    const dictionaries = await Promise.all(runs.map(async ({ id, name }) => ({ name, dictionary: await this.#dictionaryOf(id) })));
    const [reference, ...others] = atomsOf(dictionaries);
    const [first] = runs;
    invariant(reference !== undefined && first !== undefined, 'at least two runs are compared');
    const statistics = topConcepts(...(await this.#codesOf(first, sharedWork(signal))), reference.rows);
    const energy = new Float64Array(reference.rows);
    for (const concept of statistics) energy[concept.concept] = concept.energy;
    const report = await stability(reference, others, energy, { seed: 0, work: sharedWork(signal) });
    this.#stability.set(first.id, report.perConcept);
    return { runs: [...ids], energy: Array.from(energy), ...report };
  }

  async concepts(id: string, count: number, signal: AbortSignal): Promise<LiveConcept[]> {
    return topConcepts(...(await this.#codesOf(await this.#find(id), sharedWork(signal))), count);
  }

  async use(id: string, { signal, progress }: CallContext): Promise<{ pack: string }> {
    const run = await this.#find(id);
    const pack = `lab-${id}`;
    const files = await this.#packOf(run, { signal, progress });
    const folder = await this.#host.folder();
    for (const [name, bytes] of files) await folder.write(`packs/${pack}/${name}`, Uint8Array.from(bytes));
    return { pack };
  }

  async exportRun(id: string, as: ExportKind, context: CallContext): Promise<NamedBlob> {
    const run = await this.#find(id);
    return exportFile(run, as, {
      files: () => this.#filesOf(id),
      pack: () => this.#packOf(run, context),
      codes: () => this.#codesOf(run, sharedWork(context.signal)),
      stability: this.#stability.get(id) ?? null,
    });
  }

  async #packOf(run: Run, { signal, progress }: CallContext): Promise<Map<string, Uint8Array>> {
    const work = sharedWork(signal, (done, total) => { progress({ phase: 'encode', done, total, unit: 'items' }); });
    const dictionary = await this.#dictionaryOf(run.id);
    const trained = {
      dictionary,
      pack: `lab-${run.id}`,
      title: run.name,
      path: `runs/${run.id}`,
      files: await this.#filesOf(run.id),
      k: run.recipe.k,
      theta: commonThreshold(dictionary.act),
      stability: this.#stability.get(run.id) ?? null,
    };
    return makePack(await galleryItems(await this.#openGallery()), trained, work);
  }

  async #codesOf(run: Run, work: ReturnType<typeof sharedWork>) {
    const dictionary = await this.#dictionaryOf(run.id);
    const { images, texts } = await this.#rowsOf(run.data.id);
    return [await encodeRows(dictionary, images, work), await encodeRows(dictionary, texts, work)] as const;
  }

  async #read(source: LabSource, context: CallContext): Promise<LabRows> {
    switch (source.kind) {
      case 'files':
        return rowsOfFiles(source);
      case 'items':
        return (await rowsOfItems(source, await this.#host.encoder(), (bytes, name) => this.#host.decodeImage(bytes, name), context)).rows;
      case 'gallery': {
        const gallery = await this.#openGallery();
        const [images, texts, samples] = [await gallery.embeddings('images'), await gallery.embeddings('texts'), await gallery.samples()];
        const pairs = Uint32Array.from(samples.pairs.flatMap((carried, image) => carried.flatMap((text) => [image, text])));
        return describeRows({ images, texts, pairs }, { kind: 'gallery', title: gallery.manifest.title }, []);
      }
    }
  }

  /** Rows by their id: of this session, kept by an earlier one, or the gallery's. Throws InputError when they are gone. */
  async #rowsOf(id: string): Promise<LabRows> {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const kept = await keptRows(await this.#host.folder(), id);
    const rows = kept ?? (await this.#read({ kind: 'gallery' }, { signal: new AbortController().signal, progress: () => undefined }));
    this.#rows.set(rows.info.id, rows);
    if (rows.info.id !== id) throw new InputError('the embeddings of this run are no longer here.', { field: 'data', fix: 'Choose the same files again.' });
    return rows;
  }

  #openGallery(): Promise<OpenGallery> {
    this.#gallery ??= this.#host.openGallery(GALLERY).catch((error: unknown) => {
      this.#gallery = null;
      throw error;
    });
    return this.#gallery;
  }

  #opened(): Promise<RunStore> {
    this.#store ??= this.#host.folder().then(async (folder) => {
      const store = new RunStore(folder);
      await store.purge();
      return store;
    });
    return this.#store;
  }

  async #find(id: string): Promise<Run> {
    const run = await (await this.#opened()).find(id);
    if (run === null) throw new InputError('there is no such run.', { field: id, fix: 'It was deleted, perhaps in another tab: reload the page.' });
    return run;
  }

  async #filesOf(id: string): Promise<Map<string, Uint8Array>> {
    const store = await this.#opened();
    const names = (await (await this.#host.folder()).list(`runs/${id}`)).filter((name) => DICTIONARY_FILES.has(name));
    const files = new Map<string, Uint8Array>();
    for (const name of names) {
      const bytes = await store.read(id, name);
      if (bytes !== null) files.set(name, bytes);
    }
    if (files.size === 0) throw new InputError('the run has no dictionary yet.', { field: id, fix: 'Let it finish first.' });
    return files;
  }

  async #dictionaryOf(id: string): Promise<Dictionary> {
    return openDictionary([...(await this.#filesOf(id))].map(([name, bytes]) => bytesSource(name, bytes)));
  }

  async #backends(): Promise<{ gpu: GpuSession | null; product: DenseProduct | null }> {
    this.#product ??= this.#host.product();
    return { gpu: await this.#host.gpu(), product: await this.#product };
  }
}

/** Sorts by time, and does not repeat. */
function newId(n: number): string {
  const time = new Date().toISOString().replace(/\D/gu, '').slice(0, 14);
  const tail = Array.from(crypto.getRandomValues(new Uint8Array(3)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${time}-${String(n).padStart(3, '0')}${tail}`;
}
