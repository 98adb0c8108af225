import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { overcomplete } from '../../../tests/fixtures/matching/load.ts';

const source = new URL('../../../../shared/fixtures/overcomplete_reference.json', import.meta.url);
const present = existsSync(source);
if (!present) console.warn('core/matching: ../shared/fixtures is not here; tests/fixtures/matching is not compared with its source');

it.skipIf(!present)('tests/fixtures/matching equals its source', () => {
  expect(JSON.parse(readFileSync(source, 'utf8'))).toMatchObject(overcomplete);
});
