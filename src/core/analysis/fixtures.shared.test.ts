import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { referenceMetrics } from '../../../tests/fixtures/analysis/load.ts';

const source = new URL('../../../../shared/fixtures/overcomplete_reference.json', import.meta.url);
const present = existsSync(source);
if (!present) console.warn('core/analysis: ../shared/fixtures is not here; the slice in tests/fixtures/analysis is not compared with its source');

describe.skipIf(!present)('the slice in tests/fixtures/analysis equals its source', () => {
  it('overcomplete-metrics.json', () => {
    expect((JSON.parse(readFileSync(source, 'utf8')) as { metrics: object }).metrics).toMatchObject(referenceMetrics);
  });
});
