import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../core/errors.ts';
import { fileSource } from '../../formats/file-source-node.ts';
import type { Manifest } from '../../packs/schema.ts';
import type { Publication } from '../../packs/publish/card.ts';
import { isPicture, publishFiles, type PublishedFile } from '../../packs/publish/publish.ts';
import { zipFiles } from '../../packs/publish/zip.ts';
import { diskSource } from '../../packs/sources/folder-node.ts';
import { openTravelled } from '../../packs/sources/open.ts';
import type { PackSource } from '../../packs/sources/source.ts';
import { writeOutput } from '../output-node.ts';
import type { Progress } from '../protocol.ts';
import { makeFolder, requireFree } from './folder.ts';

/** A sheet of 256 pictures is about 1 MB. */
const MAX_PICTURE = 2 ** 26;

/** Arguments of `cli pack publish`. */
export interface PackPublishArguments extends Publication {
  /** Folder or zip of the pack. */
  readonly pack: string;
  /** Folder to write; with `zip`, `<out>.zip` as well. */
  readonly out: string;
  readonly zip?: boolean | undefined;
  /** Folder of the dictionary's files, where they are not found by the pack's own word. */
  readonly dictionary?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What `cli pack publish` prints. */
export interface PackPublishReport {
  readonly out: string;
  readonly zip: string | null;
  readonly id: string;
  readonly hash: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly notes: readonly string[];
}

/**
 * Writes a pack as a folder for any static host, beside `out` and renamed last.
 * @throws InputError or IntegrityError naming the file: what is missing or is not what the manifest says; `out` in use.
 */
export async function packPublishCommand({ pack: from, out, zip = false, dictionary, onProgress = () => undefined, ...publication }: PackPublishArguments): Promise<PackPublishReport> {
  await requireFree(out);
  const archive = zip ? `${out.replace(/[/\\]+$/, '')}.zip` : null;
  if (archive !== null && (await exists(archive))) throw new InputError('there is a file of this name.', { file: archive, field: '--zip', fix: 'Remove it, or give another folder.' });
  const source = await diskSource(from);
  const travelled = await openTravelled(source);
  const { pack } = travelled;
  const dictionaryFiles = (dictionary === undefined ? await travelled.dictionaryFiles() : null) ?? (await filesOnDisk(pack.manifest, from, dictionary));
  const pictures = await pictureNames(source, from);
  const files: PublishedFile[] = [];
  const parts = Object.keys(pack.manifest.files).length;
  const part = `${out.replace(/[/\\]+$/, '')}.${process.pid}.part`;
  try {
    await makeFolder(part);
    for await (const file of publishFiles(pack, dictionaryFiles, publication, readPictures(source, pictures))) {
      onProgress({ phase: 'pack', done: files.length, total: Math.max(files.length, parts + pictures.length + 12), unit: 'items' });
      await mkdir(path.dirname(path.join(part, file.name)), { recursive: true });
      await writeOutput(path.join(part, file.name), file.bytes);
      files.push({ name: file.name, bytes: file.bytes.subarray(0, 0) });
    }
    if (archive !== null) await writeArchive(archive, part, files.map(({ name }) => name));
    await makeFolder(path.dirname(path.resolve(out)));
    await rm(out, { recursive: true, force: true });
    await rename(part, out);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  const sizes = await Promise.all(files.map(async ({ name }) => (await stat(path.join(out, name))).size));
  const notes = pictures.length === 0 ? ['The pack has no pictures of its own (sprites/): a page shows those that it can draw itself.'] : [];
  return { out, zip: archive, id: pack.manifest.id, hash: pack.hash, files: files.map(({ name }) => name), bytes: sizes.reduce((sum, size) => sum + size, 0), notes };
}

/** The dictionary where the manifest says, from the working directory and then from the pack upwards. */
async function filesOnDisk({ dictionary }: Manifest, pack: string, given: string | undefined): Promise<ReadonlyMap<string, Uint8Array>> {
  const places = given === undefined ? [process.cwd(), ...upwards(path.resolve(pack))].map((start) => path.join(start, dictionary.path)) : [given];
  const names = Object.keys(dictionary.files);
  for (const place of places) {
    const folder = (await stat(place).catch(() => null))?.isFile() === true ? path.dirname(place) : place;
    if (!(await Promise.all(names.map((name) => exists(path.join(folder, name))))).every(Boolean)) continue;
    return new Map(await Promise.all(names.map(async (name) => [name, await bytesOf(path.join(folder, name))] as const)));
  }
  throw new InputError('the files of the pack’s dictionary are not there.', { file: given ?? dictionary.path, fix: 'Say with --dictionary where they are.' });
}

function upwards(from: string): string[] {
  const parent = path.dirname(from);
  return parent === from ? [from] : [from, ...upwards(parent)];
}

async function pictureNames(source: PackSource, folder: string): Promise<string[]> {
  const names = source.list?.() ?? [...(await readdir(folder)), ...(await readdir(path.join(folder, 'sprites')).catch(() => [])).map((name) => `sprites/${name}`)];
  return names.filter(isPicture).sort();
}

async function* readPictures(source: PackSource, names: readonly string[]): AsyncGenerator<PublishedFile> {
  for (const name of names) yield { name, bytes: await source.read(name, MAX_PICTURE) };
}

/** Reads the folder file by file: neither it nor the zip is ever in memory as a whole. */
async function writeArchive(archive: string, folder: string, names: readonly string[]): Promise<void> {
  const part = `${archive}.${process.pid}.part`;
  const handle = await open(part, 'w').catch((error: unknown) => {
    throw new InputError(`cannot be written (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`, { file: archive });
  });
  try {
    async function* files(): AsyncGenerator<PublishedFile> {
      for (const name of names) yield { name, bytes: await bytesOf(path.join(folder, name)) };
    }
    for await (const piece of zipFiles(files())) await handle.writeFile(piece);
    await handle.close();
    await rename(part, archive);
  } finally {
    await handle.close().catch(() => undefined);
    await rm(part, { force: true });
  }
}

async function bytesOf(file: string): Promise<Uint8Array> {
  const source = await fileSource(file);
  return source.slice(0, source.byteLength);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false);
}
