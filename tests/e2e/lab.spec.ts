import type { Locator, Page } from '@playwright/test';
import { writeNpy } from '../../src/formats/npy.ts';
import { expectReady, probesOf } from './app.ts';
import { expect, expectNoAxeViolations, test } from './fixtures.ts';

const runsOf = (page: Page): Locator => page.getByRole('table', { name: 'Runs' });
const curvesOf = (page: Page): Locator => page.getByRole('region', { name: 'Training curves' });

async function openLab(page: Page): Promise<void> {
  await page.goto('./#/lab');
  await expect(page.getByRole('heading', { name: 'Lab', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled({ timeout: 20_000 });
}

async function setNumber(page: Page, name: RegExp, value: number): Promise<void> {
  const field = page.getByRole('spinbutton', { name });
  await field.fill(String(value));
  await field.blur();
}

/** A small run on the gallery: seconds on a processor. */
async function setSmall(page: Page, epochs: number): Promise<void> {
  await setNumber(page, /^Concepts/u, 128);
  await setNumber(page, /^Codes a row/u, 8);
  await setNumber(page, /^Epochs/u, epochs);
}

/** `rows` rows of `cols` that are far from unit norm. */
function longRows(rows: number, cols: number): { name: string; mimeType: string; buffer: Buffer } {
  const data = Float32Array.from({ length: rows * cols }, (_, i) => Math.sin(i) + 2);
  return { name: 'long.npy', mimeType: '', buffer: Buffer.from(writeNpy({ dtype: 'float32', shape: [rows, cols], data })) };
}

test('trains a dictionary on the gallery, shows how it converges, and takes it into the probe view', async ({ page }) => {
  await openLab(page);
  await expect(page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Lab' })).toHaveAttribute('aria-current', 'page');
  await expect(page.getByRole('region', { name: 'Frontier' })).toBeVisible();
  await setSmall(page, 3);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toBeVisible();
  const row = runsOf(page).getByRole('row').nth(1);
  await expect(row).toContainText('done', { timeout: 60_000 });
  await expect(curvesOf(page)).toContainText('R² per feature');
  // The page thread drew while the worker computed.
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
  await expectNoAxeViolations(page);

  await row.getByRole('button', { name: /^Use/u }).click();
  await expect(row).toContainText('In use', { timeout: 40_000 });
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Probe' }).click();
  await expect(page.getByText(/mini-clip · batchtopk 128/u)).toBeVisible();
  await expectReady(page, 4);
  expect(page.url()).toMatch(/#\/pack\/lab-/u);
  const reading = await probesOf(page).innerText();
  // The link opens the same dictionary again, from this browser's storage.
  await page.reload();
  await expectReady(page, 4);
  expect(await probesOf(page).innerText()).toBe(reading);
});

test('a cancelled run keeps its place, over a reload too, and goes on to the end', async ({ page }) => {
  await openLab(page);
  await setSmall(page, 12);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  // Some steps first, so that there is a place to keep.
  await expect(page.getByText(/step [1-9]\d* of/u)).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  const row = runsOf(page).getByRole('row').nth(1);
  await expect(row).toContainText('paused');
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible();
  await page.reload();
  await expect(row).toContainText('paused', { timeout: 30_000 });
  await row.getByRole('button', { name: /^Resume/u }).click();
  await expect(row).toContainText('done', { timeout: 90_000 });
});

test('a page that goes away in the middle of a run finds it again', async ({ page }) => {
  await openLab(page);
  await setNumber(page, /^Concepts/u, 1024);
  await setNumber(page, /^Epochs/u, 60);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByText(/step [1-9]\d* of/u)).toBeVisible({ timeout: 30_000 });
  await page.reload();
  const row = runsOf(page).getByRole('row').nth(1);
  await expect(row.getByRole('button', { name: /^(Resume|Train)/u })).toBeVisible({ timeout: 30_000 });
});

test('says in one sentence what is wrong with embeddings, and how to use them all the same', async ({ page }) => {
  await openLab(page);
  await page.getByRole('radio', { name: 'Embeddings' }).check();
  await page.getByLabel('Pictures’ rows').setInputFiles([longRows(64, 8)]);
  await page.getByRole('button', { name: 'Read the files' }).click();
  await expect(page.getByText(/64 of 64 rows do not have norm 1/u)).toBeVisible();
});

for (const { width, height } of [{ width: 1440, height: 900 }, { width: 1024, height: 768 }, { width: 390, height: 844 }]) {
  test(`fits ${String(width)} × ${String(height)}, light and dark, without a violation`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await openLab(page);
      await expectNoAxeViolations(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });
}
