import * as v from 'valibot';
import { packageVersions, readPackageJson } from './packages-node.ts';
import type { GalleryItem } from './list.ts';

const infoSchema = v.object({
  name: v.string(),
  author: v.object({ name: v.string(), url: v.optional(v.string()) }),
  license: v.object({ title: v.string(), spdx: v.optional(v.string()), url: v.optional(v.string()) }),
});

/** Credit for one package of pictograms, from the package's own description. */
export interface Credit {
  readonly package: string;
  readonly version: string;
  /** Name of the icon set. */
  readonly title: string;
  readonly licence: { readonly spdx: string; readonly title: string; readonly url: string };
  readonly author: { readonly name: string; readonly url: string | null };
  /** Number of pictograms of the gallery drawn from it. */
  readonly items: number;
}

/** What the attribution page shows. */
export interface Attribution {
  /** What was done to the pictures, which CC BY asks to be said. */
  readonly changes: string;
  readonly packages: readonly Credit[];
}

/**
 * Collects the credits of every package that draws `items`, in the list's order, from their `info.json` as installed
 * for the project at `root`. A set without a licence address gets that of its SPDX text.
 * @throws InputError when a package is not installed.
 */
export async function attribution(root: string, items: readonly GalleryItem[]): Promise<Attribution> {
  const packages: Credit[] = [];
  for (const [name, version] of packageVersions(items)) {
    const info = v.parse(infoSchema, await readPackageJson(root, name, 'info.json'));
    const mine = items.filter((item) => item.package === name);
    const spdx = info.license.spdx ?? mine[0]?.licence ?? info.license.title;
    packages.push({
      package: name,
      version,
      title: info.name,
      licence: { spdx, title: info.license.title, url: info.license.url ?? `https://spdx.org/licenses/${spdx}.html` },
      author: { name: info.author.name, url: info.author.url ?? null },
      items: mine.length,
    });
  }
  return { changes: 'Drawn to small WebP pictures in a square frame; monochrome pictograms in black; otherwise unchanged.', packages };
}
