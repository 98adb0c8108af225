import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as v from 'valibot';
import { InputError, IntegrityError } from '../../core/errors.ts';
import type { GalleryItem } from './list.ts';

const size = v.optional(v.number());
const iconSchema = v.object({ body: v.string(), width: size, height: size, left: size, top: size });
const iconsSchema = v.object({ icons: v.record(v.string(), iconSchema), width: size, height: size });

/** The package that draws an item. */
type PackageOf = Pick<GalleryItem, 'package' | 'version'>;

/** One package of pictograms in Iconify's JSON format. */
export interface IconPackage {
  readonly name: string;
  readonly version: string;
  readonly icons: v.InferOutput<typeof iconsSchema>;
}

/**
 * Reads `file` of the npm package `name` as it is installed for the project at `root`.
 * @throws InputError when the package is not installed.
 */
export async function readPackageJson(root: string, name: string, file: string): Promise<unknown> {
  const require = createRequire(path.join(path.resolve(root), 'package.json'));
  let found: string;
  try {
    found = require.resolve(`${name}/${file}`);
  } catch {
    throw new InputError('the package that draws these pictograms is not installed.', { file: name, fix: 'Run npm ci.' });
  }
  return JSON.parse(await readFile(found, 'utf8'));
}

/** Versions the list asks for, `package → version`. @throws InputError when the list asks for two of one package. */
export function packageVersions(items: readonly PackageOf[]): Map<string, string> {
  const versions = new Map<string, string>();
  for (const item of items) {
    const known = versions.get(item.package) ?? item.version;
    if (known !== item.version) throw new InputError(`two versions, ${known} and ${item.version}`, { field: item.package });
    versions.set(item.package, known);
  }
  return versions;
}

/**
 * Loads every package that draws `items`, from the `node_modules` of the project at `root`.
 * @throws IntegrityError when the installed version is not the one the list was made from; InputError when one is missing.
 */
export async function loadIconPackages(root: string, items: readonly PackageOf[]): Promise<Map<string, IconPackage>> {
  const packages = new Map<string, IconPackage>();
  for (const [name, wanted] of packageVersions(items)) {
    const { version } = v.parse(v.object({ version: v.string() }), await readPackageJson(root, name, 'package.json'));
    if (version !== wanted) {
      throw new IntegrityError(`version ${version} is installed, the gallery was made from ${wanted}.`, { file: name, fix: 'Run npm ci.' });
    }
    packages.set(name, { name, version, icons: v.parse(iconsSchema, await readPackageJson(root, name, 'icons.json')) });
  }
  return packages;
}
