/**
 * `npm run bench:page` (after `npm run build`): what a visitor waits for, first visit against second visit in one run.
 * Prints milliseconds and their ratios; a measurement, not a test.
 */
import { preview } from 'vite';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../support/chromium.ts';

const RUNS = 5;

/** Milliseconds from navigation to each thing a visitor waits for. */
interface Visit {
  readonly paint: number;
  readonly example: number;
  readonly models: number;
  /** From Enter to concepts, with the models loaded. */
  readonly probe: number;
}

async function visit(context: BrowserContext, url: string): Promise<Visit> {
  const page = await context.newPage();
  await page.goto(url);
  const since = (): Promise<number> => page.evaluate(() => performance.now());
  await page.getByRole('link', { name: /^Concept \d+/ }).first().waitFor();
  const example = await since();
  await page.locator('.dot.ready').waitFor({ state: 'attached', timeout: 60_000 });
  const models = await since();
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN);
  const box = page.getByRole('textbox', { name: 'Add a text' });
  await box.fill('a red heart');
  const before = await since();
  await box.press('Enter');
  await page.getByRole('button', { name: 'Compare “a red heart”' }).and(page.locator(':enabled')).waitFor();
  const probe = (await since()) - before;
  await page.close();
  return { paint, example, models, probe };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measure(browser: Browser, url: string): Promise<void> {
  const first: Visit[] = [];
  const again: Visit[] = [];
  for (let run = 0; run < RUNS; run++) {
    const context = await browser.newContext();
    first.push(await visit(context, url));
    again.push(await visit(context, url));
    await context.close();
  }
  console.log(`median of ${String(RUNS)} runs; ms on this machine, ratio first/second visit`);
  for (const key of ['paint', 'example', 'models', 'probe'] as const) {
    const [a, b] = [median(first.map((v) => v[key])), median(again.map((v) => v[key]))];
    console.log(`${key.padEnd(8)} first ${a.toFixed(0).padStart(6)}   second ${b.toFixed(0).padStart(6)}   ratio ${(a / b).toFixed(2)}`);
  }
}

const { path } = await findChromium();
const server = await preview({ preview: { port: 0, host: 'localhost' } });
const browser = await chromium.launch({ executablePath: path, args: [...CHROMIUM_ARGS] });
try {
  await measure(browser, server.resolvedUrls?.local[0] ?? '');
} finally {
  await browser.close();
  await server.close();
}
