import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hostileFormatTests, readManifest } from '../../tests/hostile/formats.ts';

const root = fileURLToPath(new URL('../../../shared/fixtures/hostile', import.meta.url));
const present = existsSync(`${root}/manifest.json`);
if (!present) console.warn('hostile.shared.test.ts: ../shared is not here; the copy in tests/fixtures is what was tested.');

describe.skipIf(!present)('hostile tensor files, the whole of ../shared', () => {
  const count = present ? hostileFormatTests(root, readManifest(`${root}/manifest.json`)) : 0;
  it('has all of them', () => {
    expect(count).toBe(180);
  });
});
