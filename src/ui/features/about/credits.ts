import * as v from 'valibot';

const creditsSchema = v.object({
  changes: v.string(),
  packages: v.array(
    v.object({
      package: v.string(),
      version: v.string(),
      title: v.string(),
      licence: v.object({ spdx: v.string(), title: v.string(), url: v.string() }),
      author: v.object({ name: v.string(), url: v.nullable(v.string()) }),
      items: v.number(),
    }),
  ),
});

/** Who drew the gallery's pictures, and under which licences. */
export type Credits = v.InferOutput<typeof creditsSchema>;

/** Credits written at build time from the packages' own licence fields. Rejects when they cannot be loaded or read. */
export async function loadCredits(signal: AbortSignal): Promise<Credits> {
  const response = await fetch('packs/gallery/attribution.json', { signal });
  if (!response.ok) throw new Error(`attribution.json: HTTP ${String(response.status)}`);
  return v.parse(creditsSchema, await response.json());
}

/** `url` when it is a web address; a package's metadata must not become a script. */
export function webAddress(url: string | null): string | undefined {
  return url !== null && /^https?:\/\//u.test(url) ? url : undefined;
}
