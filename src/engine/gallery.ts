import type { Dictionary } from '../core/dictionary.ts';
import type { LayoutKind } from '../core/permalink/atlas-view.ts';
import type { Neighbour } from '../core/readout.ts';
import type { Matrix, SparseCodes } from '../core/tensor.ts';
import { bytesSource } from '../formats/byte-source.ts';
import { sha256 } from '../packs/canonical.ts';
import { nearest } from '../packs/nearest.ts';
import { DICTIONARY_FOLDER } from '../packs/sources/open.ts';
import { openPack, type Pack, type PackModality } from '../packs/open.ts';
import type { ConceptTable } from '../packs/concepts.ts';
import type { StoredLayout } from '../packs/layouts.ts';
import type { Manifest, PartName } from '../packs/schema.ts';
import { IntegrityError } from '../core/errors.ts';
import type { PackView, Samples } from './protocol.ts';

/** Neighbours shown of each modality. */
const NEIGHBOURS = 5;
/** Digits of the pack's hash that a link carries. */
const SHORT_HASH = 12;

/** An open pack with the dictionary it was made with; `read` gives files under the application's root. */
export class OpenGallery {
  readonly #pack: Pack;
  readonly #read: (path: string) => Promise<Uint8Array>;
  readonly #dictionaryFolder: string;

  private constructor(pack: Pack, read: (path: string) => Promise<Uint8Array>, dictionaryFolder: string) {
    this.#pack = pack;
    this.#read = read;
    this.#dictionaryFolder = dictionaryFolder;
  }

  /** Opens the pack in `folder`, with its dictionary there too where it is `selfContained`. Throws InputError or IntegrityError naming the file. */
  static async open(folder: string, read: (path: string) => Promise<Uint8Array>, selfContained = false): Promise<OpenGallery> {
    const pack = await openPack((name) => read(`${folder}/${name}`));
    return new OpenGallery(pack, read, selfContained ? `${folder}/${DICTIONARY_FOLDER}` : pack.manifest.dictionary.path);
  }

  /** Folder of the encoder that the pack was embedded with. */
  get encoderPath(): string {
    return this.#pack.manifest.encoder.path;
  }

  get manifest(): Manifest {
    return this.#pack.manifest;
  }

  /** A part of the pack as it is stored. */
  bytes(name: PartName): Promise<Uint8Array> {
    return this.#pack.bytes(name);
  }

  /** A sheet of the pack's own pictures. */
  sheet(n: number): Promise<Uint8Array> {
    return this.#pack.sheet(n);
  }

  /** What the page shows before any model is loaded. */
  async view(): Promise<PackView> {
    const { manifest, hash } = this.#pack;
    const [concepts, example] = await Promise.all([this.#pack.concepts(), this.#pack.example()]);
    return {
      id: manifest.id,
      title: manifest.title,
      hash: hash.slice(0, SHORT_HASH),
      encoder: manifest.encoder.id,
      dictionary: manifest.dictionary.id,
      c: manifest.dictionary.c,
      theta: manifest.dictionary.theta,
      counts: manifest.counts,
      calibration: manifest.calibration,
      pictures: manifest.pictures === undefined ? 'gallery' : manifest.pictures.sheets.length > 0 ? 'own' : 'none',
      concepts,
      example,
    };
  }

  concepts(): Promise<ConceptTable> {
    return this.#pack.concepts();
  }

  /** The layout that the pack carries; null where it has none of this kind. */
  layout(layer: 'concepts' | 'samples', kind: LayoutKind): Promise<StoredLayout | null> {
    return kind === 'umap' ? this.#pack.layout(layer) : Promise.resolve(null);
  }

  samples(): Promise<Samples> {
    return this.#pack.samples();
  }

  /** Unit rows of the pack's pictures or texts. */
  embeddings(of: PackModality): Promise<Matrix> {
    return this.#pack.embeddings(of);
  }

  /** Codes of the pack's pictures or texts. */
  codes(of: PackModality): Promise<SparseCodes> {
    return this.#pack.codes(of);
  }

  /** The dictionary, whose files are those that the pack was encoded with. Throws IntegrityError when one has changed. */
  async dictionary(): Promise<Dictionary> {
    // The readers of every tool's files load when a dictionary is first needed: a link with codes opens without.
    const { openDictionary } = await import('../formats/importers/table.ts');
    return openDictionary([...(await this.dictionaryFiles())].map(([name, bytes]) => bytesSource(name, bytes)));
  }

  /** The dictionary's files by name. Throws IntegrityError when one has changed. */
  async dictionaryFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
    const { files } = this.#pack.manifest.dictionary;
    const path = this.#dictionaryFolder;
    return new Map(await Promise.all(
      Object.entries(files).map(async ([name, hash]) => {
        const bytes = await this.#read(`${path}/${name}`);
        if ((await sha256(bytes)) !== hash) {
          throw new IntegrityError('it is not the file that the pack was encoded with.', { file: name, field: path, fix: 'Reload the page.' });
        }
        return [name, bytes] as const;
      }),
    ));
  }

  /** Search for the nearest pictures and texts; `except` is the gallery picture that the query itself is. */
  async search(): Promise<(embedding: Float32Array, except: number | null) => { images: Neighbour[]; texts: Neighbour[] }> {
    const [images, texts] = await Promise.all([this.embeddings('images'), this.embeddings('texts')]);
    return (embedding, except) => ({
      images: nearest(embedding, images, NEIGHBOURS, except),
      texts: nearest(embedding, texts, NEIGHBOURS),
    });
  }
}
