/** Map, concept pages, alignment and bridges: found, followed, shared; from the keyboard; every view at every size. */
import type { Locator, Page } from '@playwright/test';
import { parquetReadObjects } from 'hyparquet';
import { expect, expectNoAxeViolations, test, watchContext } from './fixtures.ts';

const mapOf = (page: Page): Locator => page.getByRole('region', { name: 'Concept map' });
const pointsOf = (page: Page): Locator => page.getByRole('listbox', { name: 'Points of the map' });
const inspectorOf = (page: Page): Locator => page.getByRole('complementary', { name: 'Concept in focus' });

/** Waits until the map is drawn. */
async function expectMap(page: Page): Promise<void> {
  await expect(mapOf(page)).toHaveAttribute('aria-busy', 'false');
  await expectDrawn(page);
}

/** Waits until the points of either layer are drawn. */
async function expectDrawn(page: Page): Promise<void> {
  await expect(pointsOf(page)).toBeVisible();
  await expect(page.getByText(/drawn (by|on)/u)).toBeVisible();
}

/** What an atlas view says, without what only this page has. */
async function saidBy(locator: Locator): Promise<string> {
  return (await locator.innerText()).replace('Copied to the clipboard.', '').replace(/\s+/gu, ' ');
}

test('finds “cat” by meaning, opens the concept, steps to its best bridge, and shares it', async ({ page, context, browser, baseURL }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('./#/map');
  await expectMap(page);
  await page.getByRole('combobox', { name: 'Find concepts' }).fill('cat');
  await page.getByRole('button', { name: 'By meaning', exact: true }).click();
  const lit = inspectorOf(page).getByRole('listitem');
  await expect(lit.first()).toContainText('cat');
  await lit.first().getByRole('link', { name: /^Concept \d+: .*cat/u }).click();

  await expect(page.getByRole('heading', { name: /^Concept \d+: .*cat/u })).toBeVisible();
  for (const region of ['Top images', 'Top texts', 'Near misses', 'Neighbours', 'Bridges']) await expect(page.getByRole('region', { name: region, exact: true })).toBeVisible();
  await page.getByRole('region', { name: 'Bridges', exact: true }).locator('a[href*="/bridges/"]').first().click();
  await expect(page.getByRole('heading', { name: /^Bridge \d+–\d+/u })).toBeVisible();
  await expect(page.getByRole('main')).toHaveAttribute('aria-busy', 'false');

  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Copied to the clipboard.').first()).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(page.url());

  const elsewhere = await browser.newContext();
  const watch = watchContext(elsewhere);
  const other = await elsewhere.newPage();
  await other.goto(link);
  await expect(other.getByRole('main')).toHaveAttribute('aria-busy', 'false');
  await expect.poll(() => saidBy(other.getByRole('main')), { timeout: 30_000 }).toBe(await saidBy(page.getByRole('main')));
  watch.verify(new URL(baseURL ?? '').origin);
  await elsewhere.close();

  await page.goBack();
  await expect(page.getByRole('heading', { name: /^Concept \d+: .*cat/u })).toBeVisible();
  await page.goBack();
  await expect(lit.first()).toContainText('cat');
});

test('the map opens elsewhere as it was left: zoom, colour, filters, selection', async ({ page, browser }) => {
  await page.goto('./#/map');
  await expectMap(page);
  await page.getByRole('combobox', { name: 'Colour', exact: true }).selectOption('energy');
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('spinbutton', { name: 'energy, at least' }).fill('0.001');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await page.getByRole('button', { name: 'Select with a lasso' }).click();
  const box = await pointsOf(page).boundingBox();
  if (box === null) throw new Error('the map has no box');
  const corner = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...corner(0.4, 0.3));
  await page.mouse.down();
  for (const [x, y] of [[0.65, 0.3], [0.7, 0.6], [0.4, 0.65], [0.38, 0.3]] as const) await page.mouse.move(...corner(x, y), { steps: 4 });
  await page.mouse.up();
  const selected = inspectorOf(page).getByRole('heading', { name: /^\d+ selected$/u });
  await expect(selected).toBeVisible();
  const before = [await selected.innerText(), await page.getByText(/of 1.024 shown/u).innerText()];

  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(page.url());
  await expectMap(other);
  await expect(other.getByRole('combobox', { name: 'Colour', exact: true })).toHaveValue('energy');
  expect([await inspectorOf(other).getByRole('heading', { name: /selected$/u }).innerText(), await other.getByText(/of 1.024 shown/u).innerText()]).toEqual(before);
  expect(other.url()).toBe(page.url());
  await elsewhere.close();
  await page.goBack();
  await expect(selected).toBeHidden();
});

test('from the keyboard alone: move, announce, select, table, open, follow a bridge', async ({ page }) => {
  await page.goto('./#/map');
  await expectMap(page);
  await pointsOf(page).focus();
  await page.keyboard.press('ArrowRight');
  await expect(pointsOf(page).getByRole('option')).toHaveText(/^Concept \d+: .+, (mostly|both|dead).*, energy [\d.·⁻]+/u);
  const first = await pointsOf(page).getByRole('option').innerText();
  await page.keyboard.press('ArrowUp');
  await expect(pointsOf(page).getByRole('option')).not.toHaveText(first);
  await page.keyboard.press('Space');
  await expect(pointsOf(page).getByRole('option')).toHaveAttribute('aria-selected', 'true');
  await expect(inspectorOf(page).getByRole('heading', { name: '1 selected' })).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('table', { name: 'Concepts shown on the map' })).toBeVisible();
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Table' }).press('Enter');

  const find = page.getByRole('combobox', { name: 'Find concepts' });
  await find.focus();
  await page.keyboard.type('cat');
  await expect(page.getByRole('option').first()).toContainText('cat');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: /^Concept \d+: .*cat/u })).toBeVisible();
  const bridge = page.getByRole('region', { name: 'Bridges', exact: true }).locator('a[href*="/bridges/"]').first();
  await bridge.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /^Bridge \d+–\d+/u })).toBeVisible();
});

test('a link with what the pack does not have says so and shows the rest', async ({ page }) => {
  await page.goto('./#/map?v=1&sel=AgCQTg&color=mauve&q=AAAA');
  await expectMap(page);
  await expect(page.getByRole('status').filter({ hasText: 'sel' })).toBeVisible();
  await page.goto('./#/concept/99999');
  await expect(page.getByRole('main')).toContainText('99999');
  await expect(page.getByRole('main').getByRole('link').first()).toBeVisible();
});

test('a starred concept is kept over a reload and goes out and in as JSON', async ({ page }) => {
  await page.goto('./#/concept/997');
  await page.getByRole('button', { name: 'Star concept 997' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Unstar concept 997' })).toBeVisible();
});

test('the map is a figure: SVG with caption, link and pack', async ({ page }) => {
  await page.goto('./#/map');
  await expectMap(page);
  await page.getByRole('button', { name: 'Export figure' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^SVG/u }).click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  const svg = Buffer.concat(chunks).toString('utf8');
  expect(svg).toContain('861 of 1');
  expect(svg).toContain('#/pack/gallery@');
  // The points are a picture with something in it, not an empty canvas.
  const picture = /href="data:image\/png;base64,([^"]+)"/u.exec(svg)?.[1] ?? '';
  expect(picture.length).toBeGreaterThan(20_000);
  // The same numbers as Parquet, read by a reader that is not ours.
  const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^PARQUET/u }).click()]);
  const parts: Buffer[] = [];
  for await (const part of await table.createReadStream()) parts.push(part as Buffer);
  const rows = await parquetReadObjects({ file: Uint8Array.from(Buffer.concat(parts)).buffer });
  expect(rows.length).toBeGreaterThanOrEqual(861);
  expect(Object.keys(rows[0] ?? {})).toContain('concept');
});

for (const { size, schemes } of [
  { size: { width: 1440, height: 900 }, schemes: ['light', 'dark'] },
  { size: { width: 1024, height: 768 }, schemes: ['light'] },
  { size: { width: 390, height: 844 }, schemes: ['light', 'dark'] },
] as const) {
  for (const colorScheme of schemes) {
    test(`axe finds nothing and nothing overflows at ${String(size.width)}×${String(size.height)}, ${colorScheme}`, async ({ page }) => {
      test.setTimeout(120_000);
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      for (const [view, heading] of [['map', 'Map'], ['map?v=1&layer=samples', 'Map'], ['concept/997', /^Concept 997/u], ['alignment', 'Alignment'], ['bridges', 'Bridges'], ['bridges/548-548', /^Bridge 548–548/u]] as const) {
        await page.goto(`./#/${view}`);
        await expect(page.getByRole('heading', { level: 2, name: heading })).toBeAttached();
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 40_000 });
        if (view.startsWith('map')) await expectDrawn(page);
        await expectNoAxeViolations(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), view).toBeLessThanOrEqual(0);
      }
    });
  }
}
