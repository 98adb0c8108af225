/**
 * A report on embeddings of one's own, made by the page itself: trains three seeds and a sweep of methods in the Lab, measures the
 * stability, and saves the figures and tables that a user would save. `vite build` first.
 *
 *   node --import tsx tests/bench/lab-report.bench.ts --texts a.npy[,b.npy] [--images c.npy] --out DIR [--normalise] [--concepts N] [--k N] [--epochs N]
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../support/chromium.ts';

const { values } = parseArgs({
  options: {
    texts: { type: 'string', default: '' },
    images: { type: 'string', default: '' },
    out: { type: 'string' },
    normalise: { type: 'boolean', default: false },
    concepts: { type: 'string' },
    k: { type: 'string', default: '16' },
    epochs: { type: 'string' },
    methods: { type: 'string', default: 'BatchTopK,TopK,Matryoshka,PCA,k-means,Semi-NMF' },
    ks: { type: 'string', default: '4, 8, 16, 32' },
  },
});
const out = values.out ?? 'report';
await mkdir(out, { recursive: true });
const server = await preview({ preview: { port: 0 }, logLevel: 'silent' });
const browser = await chromium.launch({ executablePath: (await findChromium()).path, args: [...CHROMIUM_ARGS] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  await page.goto(`${server.resolvedUrls?.local[0] ?? ''}#/lab`);
  await readFiles(page);
  for (const [name, value] of [[/^Concepts/u, values.concepts], [/^Codes a row/u, values.k], [/^Epochs/u, values.epochs]] as const) {
    if (value === undefined) continue;
    await page.getByRole('spinbutton', { name }).fill(value);
    await page.getByRole('spinbutton', { name }).blur();
  }
  await page.getByRole('button', { name: 'The recipe with three seeds' }).click();
  await finished(page, 3);
  await page.getByRole('button', { name: 'Measure', exact: true }).click();
  await page.getByText(/The assignment is/u).waitFor({ timeout: 300_000 });
  await save(page, 'Training curves', 'curves');
  await save(page, 'Stability', 'stability');
  await page.getByRole('button', { name: 'Sweep…' }).click();
  for (const box of await page.getByRole('dialog').getByRole('checkbox').all()) await box.uncheck();
  for (const method of values.methods.split(',')) await page.getByRole('dialog').getByRole('checkbox', { name: method, exact: true }).check();
  await page.getByRole('dialog').getByLabel(/^k, codes/u).fill(values.ks);
  await page.getByRole('dialog').getByLabel(/^Seeds/u).fill('0');
  await page.getByRole('button', { name: 'Start the sweep' }).click();
  await finished(page, 3 + values.methods.split(',').length * values.ks.split(',').length);
  await save(page, 'Frontier', 'frontier');
  await page.screenshot({ path: join(out, 'lab.png') });
} finally {
  await browser.close();
  await server.close();
}

async function readFiles(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Embeddings' }).check();
  if (values.images !== '') await page.getByLabel('Pictures’ rows').setInputFiles(values.images.split(','));
  if (values.texts !== '') await page.getByLabel('Texts’ rows').setInputFiles(values.texts.split(','));
  if (values.normalise) await page.getByRole('checkbox', { name: /^Divide rows/u }).check();
  await page.getByRole('button', { name: 'Read the files' }).click();
  
  // The gallery's own line gives way to that of the files.
  await page.getByText(/Gallery of/u).first().waitFor({ state: 'detached' });
}

/** Waits until `count` runs are done; says how far it is. */
async function finished(page: Page, count: number): Promise<void> {
  for (let last = -1; ; ) {
    const done = await page.getByRole('table', { name: 'Runs' }).getByText('done', { exact: true }).count();
    const failed = await page.getByRole('table', { name: 'Runs' }).getByText('failed', { exact: true }).count();
    if (done !== last) console.error(`${String(done)} of ${String(count)} runs done, ${String(failed)} failed`);
    last = done;
    if (done + failed >= count) return;
    await page.waitForTimeout(1000);
  }
}

async function save(page: Page, region: string, name: string): Promise<void> {
  for (const kind of ['SVG', 'CSV']) {
    const download = page.waitForEvent('download');
    await page.getByRole('region', { name: region }).getByText(kind, { exact: true }).click();
    await (await download).saveAs(join(out, `${name}.${kind.toLowerCase()}`));
  }
}
