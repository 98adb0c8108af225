/** What a user brings: photos with captions, a dictionary, embeddings, a pack by zip and by address; kept, verified, published. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { pictogram, testFile } from './app.ts';
import { expect, expectNoAxeViolations, test, watchContext } from './fixtures.ts';

const ICONS = ['red-apple', 'cat-face', 'dog-face', 'red-heart', 'house', 'rose', 'banana', 'rocket'];

/** A folder of pictures with a table of captions and something else in it. */
async function photoFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'photos-'));
  const rows: string[] = ['file_name,caption'];
  for (const icon of ICONS) {
    const { name, buffer } = await pictogram(icon);
    writeFileSync(join(folder, name), buffer);
    rows.push(`${name},"a picture of a ${icon.replace('-', ' ')}"`);
  }
  writeFileSync(join(folder, 'captions.csv'), rows.join('\n'));
  writeFileSync(join(folder, 'broken.png'), 'no picture');
  writeFileSync(join(folder, 'notes.pdf'), 'left out');
  return folder;
}

async function makePhotoPack(page: Page, folder: string): Promise<void> {
  await page.goto('./#/packs');
  await page.getByRole('button', { name: 'Photos and captions' }).click();
  await page.getByLabel('Choose a folder').setInputFiles(folder);
  await expect(page.getByText('9 pictures, 8 captions, 8 pairs')).toBeVisible();
  await page.getByRole('textbox', { name: 'Name of the pack' }).fill('Pictograms');
  await page.getByRole('button', { name: 'Make the pack' }).click();
  await expect(page.getByText('Pictograms is made, kept, and open in all views.')).toBeVisible({ timeout: 60_000 });
}

let folder: string;
test.beforeAll(async () => { folder = await photoFolder(); });
test.afterAll(() => { rmSync(folder, { recursive: true }); });

test('a folder of photos becomes a pack that is browsed, survives a reload, and travels as a zip', async ({ page, browser, baseURL }) => {
  test.setTimeout(120_000);
  await makePhotoPack(page, folder);
  await expect(page.getByRole('row', { name: /^Pictograms .* 8 8 /u })).toBeVisible();
  await page.getByRole('link', { name: 'See its map' }).click();
  await expect(page.getByRole('region', { name: 'Concept map' })).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
  await expect(page.getByText('gallery of 8 pictures, 8 texts')).toBeVisible();
  // A gallery picture dropped again is its own nearest neighbour; its own thumbnail is shown.
  await page.getByRole('link', { name: 'Probe' }).click();
  await page.getByLabel('Add images').setInputFiles([await pictogram('cat-face')]);
  await expect(page.getByRole('region', { name: 'Nearest in the gallery' }).getByText('cat-face.png').first()).toBeVisible();
  await expect(page.locator('.sprite').first()).toHaveCSS('background-image', /^url\("blob:/u);
  await page.reload();
  await expect(page.getByText('gallery of 8 pictures, 8 texts')).toBeVisible();

  await page.getByRole('link', { name: 'Packs' }).click();
  await page.getByRole('button', { name: 'Verify Pictograms' }).click();
  await expect(page.getByText(/all 8 parts are what its manifest says/u)).toBeVisible();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Publish Pictograms as a zip' }).click()]);
  const zip = join(folder, '..', file.suggestedFilename());
  await file.saveAs(zip);

  const other = await browser.newContext({ baseURL: baseURL ?? '', locale: 'en-GB' });
  const watched = watchContext(other);
  const elsewhere = await other.newPage();
  await elsewhere.goto('./#/packs');
  await elsewhere.getByRole('button', { name: 'Open pack' }).click();
  await elsewhere.getByLabel('Choose a zip').setInputFiles(zip);
  await expect(elsewhere.getByText('Pictograms is checked, kept, and open in all views.')).toBeVisible({ timeout: 30_000 });
  const hashOf = (url: string): string => /@([0-9a-f]{12})/u.exec(url)?.[1] ?? '';
  await elsewhere.getByRole('link', { name: 'See its map' }).click();
  await expect(elsewhere.getByText('gallery of 8 pictures, 8 texts')).toBeVisible();
  await page.getByRole('link', { name: 'Map' }).click();
  await expect(page).toHaveURL(/@/u);
  await expect.poll(() => hashOf(elsewhere.url())).toBe(hashOf(page.url()));
  watched.verify(new URL(baseURL ?? '').origin);
  await other.close();
  rmSync(zip);
});

test('a dictionary of another model is shown for what it is, and reads embeddings of that model', async ({ page }) => {
  test.setTimeout(90_000);
  await page.goto('./#/packs');
  await page.getByRole('button', { name: 'Import dictionary' }).click();
  const saelens = 'tests/fixtures/checkpoints/saelens/standard';
  await page.getByLabel('Choose its files').setInputFiles(readdirSync(saelens).filter((name) => /cfg\.json|\.safetensors$/u.test(name)).map((name) => testFile(`${saelens}/${name}`)));
  await expect(page.getByText(/^saelens: \d+ concepts of 16 dimensions$/u)).toBeVisible();
  await expect(page.getByText('It is of another model (16 dimensions)', { exact: false })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Read the gallery with it' })).toBeDisabled();
  await page.getByRole('button', { name: 'Load embeddings for it' }).click();
  await page.getByLabel('Images’ rows').setInputFiles([{ name: 'mine.npy', mimeType: '', buffer: unitRows(200, 16) }]);
  await page.getByRole('button', { name: 'Make the pack' }).click();
  await expect(page.getByText('mine.npy is made, kept, and open in all views.')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Delete mine.npy' }).waitFor();
  await page.getByRole('row', { name: /mini-clip gallery/u }).getByRole('button', { name: 'Open' }).click();
  await page.getByRole('button', { name: 'Delete mine.npy' }).click();
  await expect(page.getByRole('button', { name: 'Delete mine.npy' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: 'Delete mine.npy' })).toBeVisible();
});

test('a checkpoint without its threshold asks for one; hostile files are refused in a sentence', async ({ page }) => {
  await page.goto('./#/packs');
  await page.getByRole('button', { name: 'Import dictionary' }).click();
  const path = 'tests/fixtures/checkpoints/overcomplete/batch_topk_without_threshold';
  await page.getByLabel('Choose its files').setInputFiles(readdirSync(path).filter((name) => name.endsWith('.pt')).map((name) => testFile(`${path}/${name}`)));
  await expect(page.getByRole('alert')).toContainText(/activation|kind/u);
  await page.getByRole('combobox', { name: 'Activation' }).selectOption('batchtopk');
  await page.getByRole('textbox', { name: 'Codes a row, k' }).fill('4');
  await page.getByRole('textbox', { name: 'Codes a row, k' }).blur();
  await expect(page.getByRole('alert')).toContainText('does not hold its running threshold θ');
  await page.getByRole('checkbox', { name: 'Estimate θ on the rows it reads' }).check();
  await expect(page.getByText('θ will be estimated on the rows that it reads.')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Estimate θ on the rows it reads' }).uncheck();
  await expect(page.getByRole('alert')).toContainText('does not hold its running threshold θ');
  await page.getByRole('textbox', { name: 'Threshold θ' }).fill('0.25');
  await page.getByRole('textbox', { name: 'Threshold θ' }).blur();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByRole('definition').filter({ hasText: /^0\.25/u })).toBeVisible();
  await page.getByLabel('Choose its files', { exact: true }).setInputFiles([{ name: 'evil.pt', mimeType: '', buffer: Buffer.from('PK\x03\x04 not a zip') }]);
  await expect(page.getByRole('alert')).toContainText('evil.pt');
  await page.getByRole('button', { name: 'Open pack' }).click();
  await page.getByLabel('Choose a zip').setInputFiles([{ name: 'bomb.zip', mimeType: '', buffer: Buffer.from('PK\x05\x06garbage') }]);
  await expect(page.getByRole('alert')).toContainText('bomb.zip');
});

test('a link that offers a pack asks first, and fetches only then', async ({ page, baseURL }) => {
  test.setTimeout(60_000);
  const address = new URL('packs/gallery/manifest.json', baseURL).href;
  await page.goto(`./?pack=${encodeURIComponent(address)}`);
  await expect(page.getByText(`This link offers a pack at ${address}`)).toBeVisible();
  await page.getByRole('button', { name: 'Fetch it' }).click();
  await expect(page.getByText(/is checked, kept, and open in all views/u)).toBeVisible({ timeout: 40_000 });
  expect(new URL(page.url()).search).toBe('');
});

test('a dictionary is built for the model, and can be stopped', async ({ page }) => {
  test.setTimeout(90_000);
  await page.goto('./#/packs');
  await expect(page.getByRole('combobox', { name: 'Encoder' })).toBeVisible();
  await page.getByRole('button', { name: 'Build a dictionary for this model' }).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.getByText(/training .*[1-9]/u)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('progressbar')).toHaveCount(0);
  await page.getByRole('link', { name: 'Lab' }).click();
  await expect(page.getByRole('table', { name: 'Runs' }).getByText(/paused/u)).toBeVisible({ timeout: 20_000 });
});

for (const { width, height, colorScheme } of [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 1024, height: 768, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'light' },
] as const) {
  test(`axe finds nothing and nothing overflows at ${String(width)}×${String(height)}, ${colorScheme}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await page.goto('./#/packs');
    await expect(page.getByRole('region', { name: 'Storage' })).toBeVisible();
    for (const way of ['Open pack', 'Photos and captions', 'Load embeddings', 'Import dictionary']) {
      await page.getByRole('button', { name: way }).click();
      await expectNoAxeViolations(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), way).toBeLessThanOrEqual(0);
    }
  });
}

/** An npy file of unit rows `(rows, d)`. */
function unitRows(rows: number, d: number): Buffer {
  const data = new Float32Array(rows * d);
  for (let r = 0; r < rows; r++) {
    const row = Array.from({ length: d }, (_, i) => Math.sin((r + 1) * (i + 1) * 1.7));
    const norm = Math.hypot(...row);
    row.forEach((value, i) => { data[r * d + i] = value / norm; });
  }
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${String(rows)}, ${String(d)}), }`;
  const padded = head.padEnd(128 - 10 - 1) + '\n';
  return Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]), Buffer.from(padded), Buffer.from(data.buffer)]);
}
