import { expect, expectNoAxeViolations, test } from './fixtures.ts';

test('the page opens with its landmarks', async ({ page }) => {
  const response = await page.goto('./');
  expect(response?.status()).toBe(200);

  await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Probes' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy link' })).toBeVisible();
  await expect(page).toHaveTitle(/VLM-Explore/);
  await expectNoAxeViolations(page);
});

test('a file that does not exist is a 404, as on any static host', async ({ request }) => {
  expect((await request.get('./no-such-file.js')).status()).toBe(404);
});
