import { InputError, IntegrityError } from '../../core/errors.ts';
import type { RgbaImage } from '../../encoders/images/image.ts';
import type { Encoder } from '../../encoders/port.ts';
import { openPack, type Pack } from '../../packs/open.ts';
import { sha256 } from '../../packs/canonical.ts';
import { publishFiles, type PublishedFile } from '../../packs/publish/publish.ts';
import { zipFiles } from '../../packs/publish/zip.ts';
import { sheetPath, type Manifest, type PartName } from '../../packs/schema.ts';
import { addressSource } from '../../packs/sources/address.ts';
import { droppedSource } from '../../packs/sources/dropped.ts';
import { DICTIONARY_FOLDER, openTravelled } from '../../packs/sources/open.ts';
import { reportError } from '../client.ts';
import type { OpenGallery } from '../gallery.ts';
import type { Folder } from '../lab/folder.ts';
import { galleryItems, makePack, type PackItems } from '../lab/make-pack.ts';
import { sharedWork } from '../lab/pause.ts';
import type { LabSource, NamedBlob } from '../lab/protocol.ts';
import { rowsOfItems, type ItemsOptions } from '../lab/rows-of-items.ts';
import { rowsOfFiles } from '../lab/rows.ts';
import type { CallContext } from '../server.ts';
import { keptBatches } from './batches.ts';
import { describeDictionary, openOwnDictionary, type ReadDictionary } from './dictionaries.ts';
import { ownItems } from './items.ts';
import type { DictionaryPreview, OwnOperations, OwnPack, Storage } from './protocol.ts';
import { SheetMaker } from './sheets.ts';

/** What the user's own packs need of the engine. */
export interface OwnHost {
  /** The pack that the page comes with, and the one that is open. */
  embedded(): Promise<OpenGallery>;
  opened(): Promise<OpenGallery>;
  /** A file under the application's root, and one that this browser keeps. */
  read(path: string): Promise<Uint8Array>;
  readKept(path: string): Promise<Uint8Array>;
  encoder(): Promise<Encoder>;
  folder(): Promise<Folder>;
  decodeImage(bytes: Uint8Array, name: string): Promise<RgbaImage>;
  encodePicture(image: RgbaImage): Promise<Uint8Array>;
}

/** What a pack says of embeddings whose model nobody named: nothing can be embedded into it. */
const NO_ENCODER: Manifest['encoder'] = { id: 'not named', path: 'none', dtype: 'fp32', files: {} };
const ID = /^(?:own|lab)-[a-z0-9-]+$/;
/** Digits of a pack's hash in the name of its folder. */
const DIGITS = 12;
const REMOVED = 'removed.json';

/** Packs made of what the user brings, and packs from elsewhere, kept in the host's folder. */
export class OwnPacks {
  readonly #host: OwnHost;

  constructor(host: OwnHost) {
    this.#host = host;
  }

  async preview({ files, options }: OwnOperations['ownPreview']['input']): Promise<DictionaryPreview> {
    const gallery = await this.#host.opened();
    return describeDictionary(files, options, await gallery.embeddings('images'));
  }

  async build({ title, source, dictionary }: OwnOperations['ownBuild']['input'], context: CallContext): Promise<{ pack: string }> {
    const { items, done } = await this.#items(title, source, dictionary.kind === 'open', context);
    const rows = items.images.rows > 0 ? items.images : items.texts;
    const read = dictionary.kind === 'open' ? await this.#openDictionary() : await openOwnDictionary(dictionary.files, dictionary.options, rows);
    const pack = `own-${newId()}`;
    const work = sharedWork(context.signal, (count, total) => { context.progress({ phase: 'encode', done: count, total, unit: 'items' }); });
    const made = await makePack(items, { ...read, pack, path: `packs/${pack}/${DICTIONARY_FOLDER}`, stability: null }, work);
    await this.#keep(pack, [...prefixed(read.files), ...made]);
    await done();
    return { pack };
  }

  async receive(from: OwnOperations['ownReceive']['input']['from'], { signal, progress }: CallContext): Promise<{ pack: string }> {
    const source = 'files' in from ? await droppedSource(from.files) : await addressSource(from.address, { signal });
    const travelled = await openTravelled(source);
    const { manifest, hash } = travelled.pack;
    const sizes = [...Object.values(manifest.files), ...(manifest.pictures?.sheets ?? [])].map((part) => part?.bytes ?? 0);
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    let done = 0;
    const count = (bytes: Uint8Array): Uint8Array => {
      done += bytes.length;
      progress({ phase: 'pack', done, total, unit: 'bytes' });
      signal.throwIfAborted();
      return bytes;
    };
    // All of it is checked before anything of it is kept under its name.
    const files: [string, Uint8Array][] = [];
    for (const name of Object.keys(manifest.files) as PartName[]) files.push([name, count(await travelled.pack.bytes(name))]);
    for (const n of (manifest.pictures?.sheets ?? []).keys()) files.push([sheetPath(n), count(await travelled.pack.sheet(n))]);
    const dictionary = (await travelled.dictionaryFiles()) ?? (await this.#applicationsDictionary(manifest));
    const pack = `own-${hash.slice(0, DIGITS)}`;
    await this.#keep(pack, [...prefixed(dictionary), ...files, ['manifest.json', await source.read('manifest.json', 2 ** 24)]]);
    return { pack };
  }

  async storage(): Promise<Storage> {
    const folder = await this.#host.folder();
    const packs: OwnPack[] = [];
    const broken: { id: string; error: ReturnType<typeof reportError> }[] = [];
    for (const id of await folder.list('packs')) {
      if (!ID.test(id) || (await folder.read(`packs/${id}/${REMOVED}`)) !== null) continue;
      try {
        packs.push(await this.#describe(id));
      } catch (error) {
        broken.push({ id, error: reportError(error) });
      }
    }
    const { usage = null, quota = null } = typeof navigator === 'undefined' || !('storage' in navigator) ? {} : await navigator.storage.estimate();
    return { packs, broken, usage, quota, lasting: folder.lasting };
  }

  async verify(id: string, { signal, progress }: CallContext): Promise<{ parts: number; bytes: number }> {
    const pack = await this.#open(id);
    const { manifest } = pack;
    const names = Object.keys(manifest.files) as PartName[];
    const sheets = manifest.pictures?.sheets.length ?? 0;
    let bytes = 0;
    const step = (n: number, read: Uint8Array): void => {
      bytes += read.length;
      progress({ phase: 'pack', done: n, total: names.length + sheets, unit: 'items' });
      signal.throwIfAborted();
    };
    for (const [n, name] of names.entries()) step(n + 1, await pack.bytes(name));
    for (let n = 0; n < sheets; n++) step(names.length + n + 1, await pack.sheet(n));
    for (const [name, content] of await this.#dictionaryFiles(id, manifest)) {
      if ((await sha256(content)) !== manifest.dictionary.files[name]) throw new IntegrityError('it is not the file that the pack was encoded with.', { file: name, fix: 'Delete the pack and bring it again.' });
      bytes += content.length;
    }
    return { parts: names.length + sheets, bytes };
  }

  async remove(id: string): Promise<object> {
    checkId(id);
    const folder = await this.#host.folder();
    // What was removed before can no longer be put back.
    for (const other of await folder.list('packs')) if ((await folder.read(`packs/${other}/${REMOVED}`)) !== null) await folder.remove(`packs/${other}`);
    await folder.write(`packs/${id}/${REMOVED}`, new TextEncoder().encode('{}'));
    return {};
  }

  async restore(id: string): Promise<object> {
    checkId(id);
    await (await this.#host.folder()).remove(`packs/${id}/${REMOVED}`);
    return {};
  }

  async publish(id: string): Promise<NamedBlob> {
    const pack = await this.#open(id);
    const dictionary = await this.#dictionaryFiles(id, pack.manifest);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of zipFiles(publishFiles(pack, dictionary, {}, sheetsOf(pack)))) pieces.push(Uint8Array.from(piece));
    return { name: `${pack.manifest.id}.zip`, blob: new Blob(pieces, { type: 'application/zip' }) };
  }

  /** The items of a new pack; `done` forgets what was kept of the work on them. */
  async #items(title: string, source: LabSource, openSpace: boolean, context: CallContext): Promise<{ items: PackItems; done: () => Promise<void> }> {
    const nothing = (): Promise<void> => Promise.resolve();
    if (source.kind === 'gallery') return { items: { ...(await galleryItems(await this.#host.embedded())), title }, done: nothing };
    const { encoder } = (await this.#host.opened()).manifest;
    if (source.kind === 'files') {
      const rows = await rowsOfFiles(source);
      const names = { images: numbered('image', rows.images.rows), texts: numbered('text', rows.texts.rows) };
      return { items: ownItems(title, rows, names, openSpace ? encoder : NO_ENCODER, []), done: nothing };
    }
    const sheets = new SheetMaker((image) => this.#host.encodePicture(image));
    const batches = await keptBatches(await this.#host.folder(), encoder.id, source.images);
    const options: ItemsOptions = { batches, onPicture: (image) => sheets.add(image) };
    const { rows, kept } = await rowsOfItems(source, await this.#host.encoder(), (bytes, name) => this.#host.decodeImage(bytes, name), context, options);
    const names = { images: kept.images.map((n) => source.images[n]?.name ?? ''), texts: kept.texts.map((n) => source.texts[n] ?? '') };
    const made = ownItems(title, rows, names, encoder, await sheets.finish());
    return { items: rows.texts.rows > 0 ? made : await this.#withVocabulary(made), done: () => batches.forget() };
  }

  /** Pictures without captions are read beside the open pack's texts, so that concepts get names and two modalities. */
  async #withVocabulary(items: PackItems): Promise<PackItems> {
    const gallery = await this.#host.opened();
    const [{ texts }, embeddings] = [await gallery.samples(), await gallery.embeddings('texts')];
    const names = { images: items.icons, texts: texts.map(({ text }) => text) };
    return ownItems(items.title, { images: items.images, texts: embeddings, pairs: new Uint32Array() }, names, items.encoder, items.sheets ?? [], gallery.manifest.calibration.texts);
  }

  async #openDictionary(): Promise<ReadDictionary> {
    const gallery = await this.#host.opened();
    const { id, k, theta } = gallery.manifest.dictionary;
    return { dictionary: await gallery.dictionary(), files: await gallery.dictionaryFiles(), title: id, k, theta };
  }

  async #applicationsDictionary(manifest: Manifest): Promise<ReadonlyMap<string, Uint8Array>> {
    const { path, files } = manifest.dictionary;
    const found = new Map<string, Uint8Array>();
    for (const [name, hash] of Object.entries(files)) {
      const bytes = await this.#host.read(`${path}/${name}`).catch(() => null);
      if (bytes === null || (await sha256(bytes)) !== hash) {
        throw new InputError('the pack does not bring its dictionary, and it is not one of this site’s.', { file: `${DICTIONARY_FOLDER}/${name}`, fix: 'Publish the pack again with its dictionary.' });
      }
      found.set(name, bytes);
    }
    return found;
  }

  /** Writes all files, the manifest last: a pack without one is none. */
  async #keep(pack: string, files: readonly (readonly [string, Uint8Array])[]): Promise<void> {
    const folder = await this.#host.folder();
    try {
      for (const [name, bytes] of [...files].sort(([a], [b]) => Number(a === 'manifest.json') - Number(b === 'manifest.json'))) await folder.write(`packs/${pack}/${name}`, Uint8Array.from(bytes));
      await folder.remove(`packs/${pack}/${REMOVED}`);
    } catch (error) {
      await folder.remove(`packs/${pack}`);
      throw error;
    }
  }

  #open(id: string): Promise<Pack> {
    checkId(id);
    return openPack((name) => this.#host.readKept(`packs/${id}/${name}`));
  }

  async #describe(id: string): Promise<OwnPack> {
    const { manifest, hash } = await this.#open(id);
    const parts = [...Object.values(manifest.files), ...(manifest.pictures?.sheets ?? [])];
    const { counts, dictionary, encoder, title } = manifest;
    const bytes = parts.reduce((sum, part) => sum + (part?.bytes ?? 0), 0);
    return { id, title, hash: hash.slice(0, DIGITS), encoder: encoder.id, dictionary: dictionary.id, c: dictionary.c, images: counts.images, texts: counts.texts, bytes };
  }

  async #dictionaryFiles(id: string, { dictionary }: Manifest): Promise<ReadonlyMap<string, Uint8Array>> {
    const folder = id.startsWith('own-') ? `packs/${id}/${DICTIONARY_FOLDER}` : dictionary.path;
    const files = new Map<string, Uint8Array>();
    for (const name of Object.keys(dictionary.files)) files.set(name, await this.#host.readKept(`${folder}/${name}`));
    return files;
  }
}

async function* sheetsOf(pack: Pack): AsyncGenerator<PublishedFile> {
  for (const n of (pack.manifest.pictures?.sheets ?? []).keys()) yield { name: sheetPath(n), bytes: await pack.sheet(n) };
}

function prefixed(files: ReadonlyMap<string, Uint8Array>): [string, Uint8Array][] {
  return [...files].map(([name, bytes]) => [`${DICTIONARY_FOLDER}/${name}`, bytes]);
}

function numbered(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${what} ${n}`);
}

function checkId(id: string): void {
  if (!ID.test(id)) throw new InputError('this is no pack of this browser.', { field: id.slice(0, 80) });
}

function newId(): string {
  const time = new Date().toISOString().replace(/\D/gu, '').slice(0, 14);
  return `${time}-${Array.from(crypto.getRandomValues(new Uint8Array(3)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
