/** The address: Back and Forward, a broken link over one's own work, reload. */
import { addImages, addText, conceptsOf, expectReady, probesOf, testFile, whyOf } from './app.ts';
import { expect, test } from './fixtures.ts';

test('Back closes what was opened: the about page, a concept', async ({ page }) => {
  await page.goto('./');
  await expectReady(page, 4);
  await page.getByRole('link', { name: 'About & credits' }).click();
  await expect(page.getByRole('heading', { name: 'What this is' })).toBeVisible();
  await page.goBack();
  await expectReady(page, 4);

  await page.setViewportSize({ width: 390, height: 844 });
  await conceptsOf(page).getByRole('link').first().click();
  const sheet = page.getByRole('complementary', { name: 'Concept in focus' });
  await expect(sheet).toBeVisible();
  await page.goBack();
  await expect(sheet).toBeHidden();
  await expectReady(page, 4);
  await page.goForward();
  await expect(sheet).toBeVisible();
});

test('a broken link over one’s own probes says so, and undo brings them back', async ({ page }) => {
  await page.goto('./');
  await addText(page, 'a black cat\na white dog');
  await expectReady(page, 2);
  const mine = page.url();
  expect(mine).toContain('q=');
  await page.evaluate(() => { location.hash = '#/pack/gallery@000000000000/probe?v=1&q=AAAAAAAA'; });
  await expect(page.getByRole('status').filter({ hasText: 'This link cannot be read' })).toBeVisible();
  await expectReady(page, 4);
  expect(page.url()).not.toBe(mine);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expectReady(page, 2);
  await expect(probesOf(page)).toContainText('a black cat');
  await expect.poll(() => page.url()).toBe(mine);
});

test('a reload shows the same readout from the address', async ({ page }) => {
  await page.goto('./');
  await addImages(page, [testFile('tests/fixtures/hostile/images/control.png')]);
  await addText(page, 'a black cat\na white dog');
  await expectReady(page, 3);
  // Names of the gallery's items come after the numbers.
  await expect(conceptsOf(page)).not.toContainText('…');
  const before = await conceptsOf(page).innerText();
  await page.reload();
  await expectReady(page, 3);
  await expect.poll(() => conceptsOf(page).innerText()).toBe(before);
  // The picture and its name are not in the address; this tab kept them.
  await expect(probesOf(page).getByRole('button', { name: 'Compare control.png' }).locator('img')).toBeVisible();
});

test('the cosine of every pair chooses what is explained', async ({ page }) => {
  await page.goto('./');
  await expectReady(page, 4);
  const cell = whyOf(page).getByRole('button', { name: /^red apple and “a red fruit”, cosine 0\.\d\d$/ });
  await cell.click();
  await expect(cell).toHaveAttribute('aria-pressed', 'true');
  await expect(whyOf(page).getByRole('list', { name: 'Why red apple and “a red fruit” match' })).toBeVisible();
  const value = /cosine (0\.\d\d)/u.exec((await cell.getAttribute('aria-label')) ?? '')?.[1];
  await expect(whyOf(page)).toContainText(new RegExp(`cosine ${value ?? '?'}\\d = `));
});
