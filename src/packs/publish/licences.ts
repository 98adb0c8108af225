import type { Manifest } from '../schema.ts';
import type { Samples } from '../samples.ts';
import { plain } from './text.ts';

/** SPDX names, or what was written in their place, with the number of images under each, the most first. */
export function licencesOf({ images }: Samples): [licence: string, images: number][] {
  const counts = new Map<string, number>();
  for (const { licence } of images) if (licence !== '') counts.set(licence, (counts.get(licence) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}

/** True for what looks like one of the names at spdx.org/licenses. */
export function isSpdx(licence: string): boolean {
  return /^[A-Za-z][A-Za-z0-9.+-]{1,60}$/.test(licence);
}

/** The file LICENSES: what is under which licence, and who drew the pictures. */
export function licencesFile({ encoder, dictionary }: Manifest, samples: Samples, licence: string | null, pictures: boolean): string {
  const sources = new Map<string, { package: string; version: string; licence: string; images: number }>();
  for (const image of samples.images) {
    const key = JSON.stringify([image.package, image.version, image.licence]);
    const known = sources.get(key);
    sources.set(key, { package: image.package, version: image.version, licence: image.licence, images: (known?.images ?? 0) + 1 });
  }
  const names = [...new Set([...(licence === null ? [] : [licence]), ...licencesOf(samples).map(([name]) => name)])];
  return [
    'Licences of what is in this pack',
    '',
    `Embeddings, codes, statistics, labels and layouts: ${licence === null ? 'whoever publishes this pack has stated no licence.' : plain(licence)}`,
    `Dictionary ${plain(dictionary.id)}: the licence of whoever trained it; see dictionary/.`,
    `Encoder ${plain(encoder.id)}: not in this pack.`,
    '',
    pictures ? 'Pictures (in sprites/) and their names, by where they come from:' : 'Names of pictures, by where they come from (the pictures themselves are not in this pack):',
    ...[...sources.values()].map((one) => `- ${plain(one.package) || 'not stated'} ${plain(one.version)}: ${plain(one.licence) || 'no licence stated'}, ${one.images} image${one.images === 1 ? '' : 's'}`),
    ...(pictures ? ['', 'Who made them, and what was changed, is in attribution.json where the pack has one.'] : []),
    '',
    'Texts of the licences:',
    ...names.filter(isSpdx).map((name) => `- ${name}: https://spdx.org/licenses/${name}.html`),
    '',
  ].join('\n');
}
