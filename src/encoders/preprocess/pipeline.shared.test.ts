import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { expectGolden, type GoldenManifest, readManifest, variantConfig } from '../../../tests/fixtures/preprocess/goldens.ts';
import { decodeImage } from '../images/decode-node.ts';

const folder = new URL('../../../../shared/fixtures/preprocess/', import.meta.url);
const present = existsSync(folder);
if (!present) console.warn('Skipped: the full preprocessing goldens (../shared/fixtures/preprocess) are not here.');
const manifest: GoldenManifest = present ? readManifest(folder) : { variants: {}, images: [] };
const cases = manifest.images.flatMap(({ variants, ...image }) =>
  Object.entries(variants).map(([variant, golden]) => ({ ...image, variant, golden })),
);

describe.skipIf(!present)('all preprocessing goldens', () => {
  // From the decoded pixels where there are some, so that JPEG decoders do not matter; then from the file as it is.
  it.each(cases)('$name as $variant', async ({ file, decoded, variant, golden }) => {
    const config = variantConfig(manifest, variant);
    for (const name of new Set([decoded ?? file, file])) {
      await expectGolden(folder, await decodeImage(readFileSync(new URL(name, folder)), name), config, golden);
    }
  });
});
