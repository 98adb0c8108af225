import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { overcomplete, pursuit, saelens } from '../../tests/fixtures/core/load.ts';

const shared = new URL('../../../shared/fixtures/', import.meta.url);
const present = existsSync(shared);
if (!present) console.warn('core: ../shared/fixtures is not here; the slices in tests/fixtures/core are not compared with their source');

function read(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(path, shared), 'utf8')) as Record<string, unknown>;
}

describe.skipIf(!present)('slices in tests/fixtures/core equal their source', () => {
  it('overcomplete.json', () => {
    const { metrics, near_ties: nearTies, ...tensors } = overcomplete;
    expect(read('overcomplete_reference.json')).toMatchObject({ ...tensors, metrics });
    expect(read('overcomplete_reference.params.json')).toMatchObject({ near_ties: nearTies });
  });

  it.each(Object.entries(saelens))('%s', (name, { activation, x, codes, recon }) => {
    expect(read(`checkpoints/${name}/expected.json`)).toMatchObject({ activation, x, codes, recon });
  });

  it.each(Object.entries(pursuit))('overcomplete/%s', (name, { activation, x, codes, recon }) => {
    expect(read(`checkpoints/overcomplete/${name}/expected.json`)).toMatchObject({ activation, x, codes, recon });
  });
});
