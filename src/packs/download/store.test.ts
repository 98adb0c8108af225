/** What every store does; store-opfs.browser.test.ts holds the browser’s to the same. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { memoryStore } from './store-memory.ts';
import { nodeStore } from './store-node.ts';
import { storeProperties } from './store.properties.ts';

const folder = await mkdtemp(join(tmpdir(), 'store-'));
afterAll(() => rm(folder, { recursive: true }));

describe('store in memory', () => storeProperties(async () => memoryStore()));
describe('store in a folder', () => {
  let count = 0;
  storeProperties(async () => nodeStore(join(folder, 'not', 'yet', String(count++))));
});
