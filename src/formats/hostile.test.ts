import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hostileFormatTests, readManifest } from '../../tests/hostile/formats.ts';

const root = fileURLToPath(new URL('../../tests/fixtures/hostile', import.meta.url));

describe('hostile tensor files, the copy in the repository', () => {
  const count = hostileFormatTests(root, readManifest(`${root}/formats.manifest.json`));
  it('covers every kind', () => {
    expect(count).toBe(159);
  });
});
