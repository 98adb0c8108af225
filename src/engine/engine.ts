import type { Dictionary } from '../core/dictionary.ts';
import { CancelledError, InputError, invariant } from '../core/errors.ts';
import { explainPair } from '../core/pair.ts';
import type { ProbeReadout } from '../core/readout.ts';
import { stackRows } from '../core/rows.ts';
import { matrix, rowOf, type Matrix, type SparseCodes } from '../core/tensor.ts';
import type { RgbaImage } from '../encoders/images/image.ts';
import type { BackendChoice, Encoder, ResidentEmbedding, TowerWhy } from '../encoders/port.ts';
import type { GpuContext } from '../gpu/device.ts';
import { GpuSession } from '../gpu/gpu-session.ts';
import { reportError } from './client.ts';
import { EncodeSession } from './encode-session.ts';
import type { Environment } from './environment.ts';
import { OpenGallery } from './gallery.ts';
import type { BackendReport, EngineNotice, ImageInput, KnownProbe, ProbeOperations, Progress, ProbeFailure, ProbeResult } from './protocol.ts';
import { makeReadouts, type RowIdentity } from './readouts.ts';
import type { Folder } from './lab/folder.ts';
import type { AtlasHost, PackAtlas } from './atlas/atlas.ts';
import type { AtlasOperations } from './atlas/protocol.ts';
import type { Lab, LabHost } from './lab/lab.ts';
import type { Column } from '../formats/writers/table.ts';
import type { OwnHost, OwnPacks } from './own/own-packs.ts';
import type { CallContext, Handlers } from './server.ts';

/** What the engine answers itself; the rest is the lab's and the atlas's. */
type ProbeHandlers = Pick<Handlers, keyof ProbeOperations>;

/** The pack that the page comes with. */
const EMBEDDED = 'gallery';
/** Packs that were made or opened here are in the page's own storage, not on the server. */
const LOCAL_PACK = /^(?:lab|own)-[a-z0-9-]+$/;

/**
 * The compute engine: one open gallery with its dictionary, one encoder, one graphics device. The same class serves the
 * page's worker and the CLI; `environment` is what differs. Models load when they are first needed.
 */
export class Engine implements ProbeHandlers {
  readonly #environment: Environment;
  readonly #notify: (notice: EngineNotice) => void;
  #gallery: Promise<OpenGallery> | null = null;
  #codes: Promise<EncodeSession> | null = null;
  #encoder: Promise<Encoder> | null = null;
  #gpu: Promise<GpuSession | null> | null = null;
  /** Codes of later dictionaries go to the GPU too, once it was found to be worth it. */
  #codesOnGpu: GpuSession | null = null;
  #folder: Promise<Folder> | null = null;
  #lab: Promise<Lab> | null = null;
  #atlas: Promise<PackAtlas> | null = null;
  #own: Promise<OwnPacks> | null = null;
  #encoderPath: string | null = null;
  /** Embeddings of this session's probes, by key; a probe that came by link has none. */
  readonly #embeddings = new Map<string, Float32Array>();

  constructor(environment: Environment, notify: (notice: EngineNotice) => void) {
    this.#environment = environment;
    this.#notify = notify;
  }

  async open({ pack }: ProbeOperations['open']['input'], { progress }: CallContext): Promise<ProbeOperations['open']['output']> {
    const local = LOCAL_PACK.test(pack);
    const opening = OpenGallery.open(`packs/${pack}`, (path) => (local ? this.#readKept(path) : this.#environment.read(path, progress)), pack.startsWith('own-'));
    // What is open stays so until there is something to take its place.
    if (this.#gallery === null) this.#gallery = opening;
    const gallery = await opening;
    this.#gallery = opening;
    this.#codes = null;
    this.#atlas = null;
    if (this.#encoderPath !== null && this.#encoderPath !== gallery.encoderPath) await this.#closeEncoder();
    return gallery.view();
  }

  /** The dictionary lab, loaded when it is first asked for. */
  lab(): Promise<Lab> {
    const host: LabHost = {
      openGallery: (pack) => OpenGallery.open(`packs/${pack}`, (path) => this.#environment.read(path)),
      encoder: () => this.#openEncoder(),
      gpu: () => this.#openGpu(),
      folder: () => this.#openFolder(),
      decodeImage: (bytes, name) => this.#environment.decodeImage(bytes, name),
      product: () => this.#environment.openProduct(),
    };
    this.#lab ??= import('./lab/lab.ts').then(({ Lab }) => new Lab(host));
    return this.#lab;
  }

  /** What the user brings, loaded when it is first asked for. */
  own(): Promise<OwnPacks> {
    const host: OwnHost = {
      embedded: () => OpenGallery.open(`packs/${EMBEDDED}`, (path) => this.#environment.read(path)),
      opened: () => this.#opened(),
      read: (path) => this.#environment.read(path),
      readKept: (path) => this.#readKept(path),
      encoder: () => this.#openEncoder(),
      folder: () => this.#openFolder(),
      decodeImage: (bytes, name) => this.#environment.decodeImage(bytes, name),
      encodePicture: (image) => this.#environment.encodePicture(image),
    };
    this.#own ??= import('./own/own-packs.ts').then(({ OwnPacks }) => new OwnPacks(host));
    return this.#own;
  }

  async sheet(n: number): Promise<Blob> {
    return new Blob([Uint8Array.from(await (await this.#opened()).sheet(n))], { type: 'image/webp' });
  }

  /** The atlas of the open pack, loaded when it is first asked for. */
  atlas(): Promise<PackAtlas> {
    const host: AtlasHost = {
      gallery: () => this.#opened(),
      dictionary: () => this.#dictionary(),
      product: () => this.#environment.openProduct(),
      embed: (probe, context) => this.#embedOne(probe, context),
    };
    this.#atlas ??= import('./atlas/atlas.ts').then(({ PackAtlas }) => new PackAtlas(host));
    return this.#atlas;
  }

  async samples(): Promise<ProbeOperations['samples']['output']> {
    return (await this.#opened()).samples();
  }

  async load(_input: object, { progress }: CallContext): Promise<BackendReport[]> {
    await Promise.all([this.#openEncoder(progress), this.#openCodes(), (await this.#opened()).embeddings('images')]);
    return this.#reports();
  }

  async measure(): Promise<BackendReport[]> {
    const gpu = await this.#openGpu();
    const encoder = await this.#openEncoder();
    // A software adapter runs on the same processor that wasm runs on, and was measured 100 times slower: trying it would
    // only make the user's next probe wait.
    if (gpu === null || gpu.context.isFallback) {
      await encoder.chooseBackends(null);
    } else {
      const key = `backends of ${encoder.id} on ${gpu.context.name}`;
      const remembered = asBackendChoice(await this.#environment.recall(key));
      await this.#environment.remember(key, await encoder.chooseBackends(gpu.context.device, remembered));
    }
    this.#codesOnGpu = gpu;
    (await this.#openCodes()).useGpu(gpu);
    const reports = await this.#reports();
    for (const { part, why, backend } of reports) {
      if (why === 'self-test-failed' || why === 'webgpu-failed') this.#notify({ kind: 'backend-fell-back', part, to: backend });
    }
    return reports;
  }

  async probeImages({ images }: { images: readonly ImageInput[] }, context: CallContext): Promise<{ results: ProbeResult[]; failures: ProbeFailure[] }> {
    const failures: ProbeFailure[] = [];
    const decoded: { key: string; image: RgbaImage; thumbnail: Blob | null }[] = [];
    for (const { key, name, blob } of images) {
      if (context.signal.aborted) throw new CancelledError();
      try {
        const image = await this.#environment.decodeImage(new Uint8Array(await blob.arrayBuffer()), name);
        decoded.push({ key, image, thumbnail: await this.#environment.thumbnail(image) });
      } catch (error) {
        failures.push({ key, error: reportError(error) });
      }
    }
    const encoder = await this.#openEncoder();
    const pictures = decoded.map((d) => d.image);
    const onProgress = (done: number, total: number): void => { context.progress({ phase: 'embed', done, total, unit: 'items' }); };
    const embedded = await this.#embed(await encoder.embedImagesResident(pictures), () =>
      encoder.embedImages(pictures, { signal: context.signal, onProgress }),
    );
    const identities = decoded.map((): RowIdentity => ({ kind: 'image', text: null, item: null }));
    const readouts = await this.#readouts(decoded.map((d) => d.key), embedded, identities);
    const results = decoded.map(({ key, thumbnail }, i) => ({ key, thumbnail, readout: at(readouts, i) }));
    return { results, failures };
  }

  async probeTexts({ texts: all }: ProbeOperations['probeTexts']['input'], context: CallContext): Promise<ProbeOperations['probeTexts']['output']> {
    const encoder = await this.#openEncoder();
    const texts = all.filter(({ text }) => encoder.canRead(text));
    const failures = all.filter((t) => !texts.includes(t)).map(({ key, text }) => ({ key, error: reportError(unreadable(text, encoder.id)) }));
    const words = texts.map((t) => t.text);
    const embedded = await this.#embed(await encoder.embedTextsResident(words), () => encoder.embedTexts(words, { signal: context.signal }));
    const identities = texts.map(({ text }): RowIdentity => ({ kind: 'text', text, item: null }));
    const readouts = await this.#readouts(texts.map((t) => t.key), embedded, identities);
    return { results: texts.map(({ key }, i) => ({ key, thumbnail: null, readout: at(readouts, i) })), failures };
  }

  async probeGallery({ items }: ProbeOperations['probeGallery']['input']): Promise<{ results: ProbeResult[] }> {
    const stored = await (await this.#opened()).embeddings('images');
    for (const { item } of items) {
      if (!Number.isInteger(item) || item < 0 || item >= stored.rows) throw new InputError(`the gallery has no picture ${String(item)}`);
    }
    const embeddings = matrix(items.length, stored.cols);
    items.forEach(({ item }, row) => { rowOf(embeddings, row).set(rowOf(stored, item)); });
    const identities = items.map(({ item }): RowIdentity => ({ kind: 'image', text: null, item }));
    const readouts = await this.#readouts(items.map((i) => i.key), { embeddings, codes: null }, identities);
    return { results: items.map(({ key }, i) => ({ key, thumbnail: null, readout: at(readouts, i) })) };
  }

  async similarities({ probes }: { probes: readonly KnownProbe[] }): Promise<{ similarities: number[] }> {
    const rows = await Promise.all(probes.map((probe) => this.#embeddingOf(probe)));
    const similarities = rows.flatMap((a, i) =>
      rows.slice(i + 1).map((b) => (a === null || b === null ? Number.NaN : a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0))),
    );
    return { similarities };
  }

  async recode({ probes }: ProbeOperations['recode']['input']): Promise<ProbeOperations['recode']['output']> {
    const rows = await Promise.all(probes.map((probe) => this.#embeddingOf(probe)));
    const known = probes.flatMap((probe, i) => {
      const row = rows[i] ?? null;
      return row === null ? [] : [{ probe, row }];
    });
    const embeddings = stackRows(known.map(({ row }) => matrix(1, row.length, row)), known[0]?.row.length ?? 0);
    if (known.length === 0) return { results: [] };
    const identities = known.map(({ probe: { readout } }): RowIdentity => ({ kind: readout.kind, text: readout.text, item: readout.item }));
    const readouts = await this.#readouts(known.map(({ probe }) => probe.key), { embeddings, codes: null }, identities);
    return { results: known.map(({ probe: { key } }, i) => ({ key, thumbnail: null, readout: at(readouts, i) })) };
  }

  async explain({ a, b, similarity }: ProbeOperations['explain']['input']): Promise<ProbeOperations['explain']['output']> {
    return explainPair(await this.#dictionary(), a, b, similarity);
  }

  async parquet({ columns }: ProbeOperations['parquet']['input']): Promise<Blob> {
    const { writeParquet } = await import('../formats/writers/concepts-parquet.ts');
    const isText = (values: readonly (string | number | null)[]): values is readonly (string | null)[] => values.some((value) => typeof value === 'string');
    const typed = columns.map(({ name, values }): Column =>
      isText(values) ? { name, type: 'text', values } : { name, type: 'number', values: values.map((value) => (value === null ? null : Number(value))) },
    );
    return new Blob([Uint8Array.from(writeParquet(typed))], { type: 'application/vnd.apache.parquet' });
  }

  /** Gives back models and device. */
  async dispose(): Promise<void> {
    await (await this.#encoder)?.dispose();
    (await this.#gpu)?.dispose();
  }

  #opened(): Promise<OpenGallery> {
    invariant(this.#gallery !== null, 'a pack is opened first');
    return this.#gallery;
  }

  /** The embedding `(1, d)` of a text, or of a picture. */
  async #embedOne({ text, image }: AtlasOperations['atlasTest']['input'], { signal }: CallContext): Promise<Matrix> {
    const encoder = await this.#openEncoder();
    if (text !== null) {
      if (!encoder.canRead(text)) throw unreadable(text, encoder.id);
      return encoder.embedTexts([text], { signal });
    }
    invariant(image !== null, 'a test has a text or a picture');
    return encoder.embedImages([await this.#environment.decodeImage(new Uint8Array(await image.blob.arrayBuffer()), image.name)], { signal });
  }

  async #dictionary(): Promise<Dictionary> {
    return (await this.#openCodes()).dictionary;
  }

  #openCodes(): Promise<EncodeSession> {
    this.#codes ??= this.#opened()
      .then((gallery) => gallery.dictionary())
      .then((dictionary) => {
        const session = new EncodeSession(dictionary);
        session.useGpu(this.#codesOnGpu);
        return session;
      });
    return this.#codes;
  }

  #openFolder(): Promise<Folder> {
    this.#folder ??= this.#environment.openFolder();
    return this.#folder;
  }

  async #readKept(path: string): Promise<Uint8Array> {
    const bytes = await (await this.#openFolder()).read(path);
    if (bytes === null) throw new InputError('it is not in this browser’s storage.', { file: path, fix: 'Open the link in the browser where the dictionary was trained, or train it again.' });
    return bytes;
  }

  /** One encoder for the session; a failed load is forgotten, so that the next call tries again. */
  #openEncoder(progress: (progress: Progress) => void = () => undefined): Promise<Encoder> {
    this.#encoder ??= this.#opened()
      .then((gallery) => {
        if (gallery.encoderPath === 'none') throw new InputError('the open pack does not say which model its embeddings are of: nothing can be embedded into it.', { fix: 'Browse its concepts and items, or open a pack that names its model.' });
        this.#encoderPath = gallery.encoderPath;
        return this.#environment.openEncoder(gallery.encoderPath, progress, async () => (await this.#openGpu())?.context.device ?? null);
      })
      .catch((error: unknown) => {
        this.#encoder = null;
        throw error;
      });
    return this.#encoder;
  }

  /** The next use opens the model of the pack that is open by then. */
  async #closeEncoder(): Promise<void> {
    const encoder = this.#encoder;
    this.#encoder = null;
    this.#encoderPath = null;
    this.#embeddings.clear();
    await (await encoder?.catch(() => null))?.dispose();
  }

  /** The shared device. When it is lost, models and kernels move to a new one, or to the processor, and the user is told. */
  #openGpu(): Promise<GpuSession | null> {
    this.#gpu ??= GpuSession.open({
      request: () => this.#environment.openGpu(),
      onRecovered: (_reason, context) => { void this.#moved(context); },
    });
    return this.#gpu;
  }

  async #moved(context: GpuContext | null): Promise<void> {
    await (await this.#encoder)?.recover(context?.device ?? null);
    if (context === null) {
      this.#codesOnGpu = null;
      (await this.#codes)?.useGpu(null);
    }
    this.#notify({ kind: 'gpu-recovered', on: context === null ? 'cpu' : 'webgpu' });
  }

  /**
   * Embeddings with their codes: from a tower that left them on our GPU, in one read-back; else, or when the device is lost
   * meanwhile, from `embed`, with the codes still to be made.
   */
  async #embed(resident: ResidentEmbedding | null, embed: () => Promise<Matrix>): Promise<{ embeddings: Matrix; codes: SparseCodes | null }> {
    const session = await this.#openCodes();
    const both = resident === null ? null : await session.encodeResident(resident).finally(() => { resident.release(); });
    return both ?? { embeddings: await embed(), codes: null };
  }

  async #readouts(
    keys: readonly string[],
    embedded: { embeddings: Matrix; codes: SparseCodes | null },
    identities: readonly RowIdentity[],
  ): Promise<ProbeReadout[]> {
    const session = await this.#openCodes();
    const gallery = await this.#opened();
    const { embeddings } = embedded;
    const codes = embedded.codes ?? (await session.encode(embeddings));
    keys.forEach((key, row) => this.#embeddings.set(key, rowOf(embeddings, row).slice()));
    const search = await gallery.search();
    return makeReadouts(session.dictionary, embeddings, codes, identities, search);
  }

  /** A probe's embedding: kept from this session, stored in the gallery, or made again from its text; null for a linked picture. */
  async #embeddingOf({ key, readout }: KnownProbe): Promise<Float32Array | null> {
    const kept = this.#embeddings.get(key);
    if (kept !== undefined) return kept;
    const { item, text } = readout;
    if (item !== null) return rowOf(await (await this.#opened()).embeddings('images'), item);
    if (text === null || this.#encoder === null) return null;
    const embedding = rowOf(await (await this.#encoder).embedTexts([text]), 0);
    this.#embeddings.set(key, embedding);
    return embedding;
  }

  async #reports(): Promise<BackendReport[]> {
    const encoder = await this.#openEncoder();
    const gpu = (await this.#gpu)?.context ?? null;
    const adapter = gpu?.name ?? null;
    const why = (of: TowerWhy): BackendReport['why'] => (of === 'no-webgpu' && gpu?.isFallback === true ? 'software-adapter' : of);
    const towers = [['image tower', encoder.imageTower], ['text tower', encoder.textTower]] as const;
    return [
      ...towers.map(([part, tower]) => ({
        part, ...tower, why: why(tower.why), adapter: tower.backend === 'webgpu' || tower.why === 'no-webgpu' ? adapter : null,
      })),
      (await this.#openCodes()).report(),
    ];
  }
}

function at<T>(list: readonly T[], i: number): T {
  const value = list[i];
  invariant(value !== undefined, 'one readout a row');
  return value;
}

/** Every text that a model cannot read would get one and the same embedding, that of no text at all. */
function unreadable(text: string, model: string): InputError {
  return new InputError(`${model} knows no part of this text.`, { file: `“${text}”`, fix: 'Write it in English: the model learnt no other language.' });
}

/** A stored choice, if it is one. */
function asBackendChoice(stored: unknown): BackendChoice | undefined {
  const { image, text } = (stored ?? {}) as Partial<Record<keyof BackendChoice, unknown>>;
  const isBackend = (value: unknown): value is BackendChoice['image'] => value === 'wasm' || value === 'webgpu';
  return isBackend(image) && isBackend(text) ? { image, text } : undefined;
}
