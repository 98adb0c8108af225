/**
 * `npm run bench:lab`: the Lab in the page on this machine, the embedded gallery with BatchTopK. How fast it trains against the same engine
 * in Node in the same run, when it reaches its plateau, what the page's thread feels meanwhile, how soon a cancel takes effect, and
 * where a run goes on after a reload. Measurements, not tests. `--quick` tries it out in a minute.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { preview } from 'vite';
import { defaultRecipe } from '../../src/core/training/presets.ts';
import { stackRows } from '../../src/core/rows.ts';
import { uninterrupted } from '../../src/core/work.ts';
import { nodeProduct } from '../../src/encoders/product-node.ts';
import type { Run } from '../../src/engine/lab/protocol.ts';
import { fit } from '../../src/engine/training/fit.ts';
import { inMemory } from '../../src/engine/training/rows.ts';
import { openPack } from '../../src/packs/open.ts';
import { CHROMIUM_ARGS, findChromium } from '../support/chromium.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const [concepts, k, epochs] = values.quick ? [256, 16, 4] : [2048, 16, 40];
/** R² so near its last value counts as arrived. */
const PLATEAU = 0.005;
const CANCELS = 3;

const server = await preview({ preview: { port: 0 }, logLevel: 'silent' });
const { path, version } = await findChromium();
const browser = await chromium.launch({ executablePath: path, args: [...CHROMIUM_ARGS] });
try {
  console.log(`${new Date().toISOString().slice(0, 10)}, ${String(cpus().length)} × ${cpus()[0]?.model.trim() ?? '?'}, Chromium ${version}; gallery, BatchTopK, c = ${String(concepts)}, k = ${String(k)}, ${String(epochs)} epochs`);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  // esbuild names the functions of what is evaluated in the page by a helper of its own.
  await page.addInitScript({ content: 'globalThis.__name = (f) => f' });
  await page.goto(`${server.resolvedUrls?.local[0] ?? ''}#/lab`);
  await recipe(page);
  await cancels(page);
  await reload(page);
  await whole(page);
} finally {
  await browser.close();
  await server.close();
}

async function recipe(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Train', exact: true }).and(page.locator(':enabled')).waitFor({ timeout: 60_000 });
  for (const [name, value] of [[/^Concepts/u, concepts], [/^Codes a row/u, k], [/^Epochs/u, epochs]] as const) {
    await page.getByRole('spinbutton', { name }).fill(String(value));
    await page.getByRole('spinbutton', { name }).blur();
  }
}

/** Presses “Train” and waits until the page shows that the run has moved. */
async function startTraining(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('.status.running')].some((one) => /[1-9]/u.test(one.textContent)), undefined, { timeout: 120_000 });
}

/** The records of all runs, as the page keeps them. */
async function runs(page: Page): Promise<Run[]> {
  const texts = await page.evaluate(async () => {
    const found: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const handle of folder.values()) {
        if (handle.kind === 'directory') await walk(handle);
        else if (handle.name.endsWith('.json')) found.push(await (await (handle).getFile()).text());
      }
    };
    await walk(await navigator.storage.getDirectory());
    return found;
  });
  return texts.flatMap((text) => {
    try {
      const value = JSON.parse(text) as Partial<Run>;
      return value.recipe !== undefined && value.curve !== undefined ? [value as Run] : [];
    } catch {
      return [];
    }
  }).sort((a, b) => (a.created < b.created ? -1 : 1));
}

/** Milliseconds from the click on “Cancel” until “Train” is there again, by the page's own clock. */
async function cancels(page: Page): Promise<void> {
  const took: number[] = [];
  for (let n = 0; n < CANCELS; n++) {
    await startTraining(page);
    took.push(await page.evaluate(() => new Promise<number>((resolve) => {
      const button = (name: string): HTMLButtonElement | undefined => [...document.querySelectorAll('button')].find((one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === name);
      const clicked = performance.now();
      const observer = new MutationObserver(() => {
        if (button('Cancel') !== undefined || button('Train')?.disabled !== false) return;
        observer.disconnect();
        resolve(performance.now() - clicked);
      });
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      button('Cancel')?.click();
    })));
    await page.waitForTimeout(500);
  }
  console.log(`cancel until Train is back: ${took.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
}

async function reload(page: Page): Promise<void> {
  await startTraining(page);
  // Long enough for a checkpoint.
  await page.waitForTimeout(20_000);
  await page.reload();
  await page.getByRole('button', { name: /^Resume/u }).first().waitFor();
  const before = (await runs(page)).at(-1);
  await page.getByRole('button', { name: /^Resume/u }).first().click();
  await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
  await page.waitForTimeout(20_000);
  const after = (await runs(page)).find(({ id }) => id === before?.id);
  console.log(`reload: the run is at step ${String(before?.step)} of ${String(before?.steps)}, and went on to ${String(after?.step)}`);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await recipe(page);
}

async function whole(page: Page): Promise<void> {
  await page.evaluate(() => {
    const felt = { longest: 0, frames: 0, slow: 0, last: performance.now(), tasks: 0, longestTask: 0 };
    Object.assign(globalThis, { felt });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        felt.tasks += 1;
        felt.longestTask = Math.max(felt.longestTask, duration);
      }
    }).observe({ entryTypes: ['longtask'] });
    const frame = (): void => {
      const now = performance.now();
      const gap = now - felt.last;
      felt.longest = Math.max(felt.longest, gap);
      felt.frames += 1;
      if (gap > 100) felt.slow += 1;
      felt.last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const count = (await runs(page)).length;
  const began = performance.now();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  let run: Run | undefined;
  while (run?.status !== 'done') {
    await page.waitForTimeout(500);
    run = (await runs(page))[count];
    if (run?.status === 'failed' || performance.now() - began > 1_200_000) throw new Error(`the run ended as ${run?.status ?? 'nothing'}`);
  }
  const seconds = (performance.now() - began) / 1000;
  const felt = await page.evaluate(() => (globalThis as unknown as { felt: Record<'longest' | 'frames' | 'slow' | 'tasks' | 'longestTask', number> }).felt);
  const { curve, measures, backend } = run;
  const last = curve.at(-1);
  const arrived = curve.findIndex(({ r2 }) => r2 >= (last?.r2 ?? 1) - PLATEAU);
  const share = (curve[arrived]?.step ?? 0) / (last?.step ?? 1);
  const node = await inNode();
  const inPage = (run.data.images + run.data.texts) * run.recipe.epochs / run.seconds;
  console.log(`whole run on ${backend ?? '?'}: ${seconds.toFixed(0)} s with measures and checkpoints, ${run.seconds.toFixed(0)} s of training; ${inPage.toFixed(0)} samples/s, ${(inPage / node).toFixed(2)} × Node's`);
  console.log(`plateau (R² within ${String(PLATEAU)} of its last value) after ${(share * run.seconds).toFixed(0)} s of training`);
  console.log(`R² ${measures?.both.r2.toFixed(4) ?? '–'} (one mean), ${measures?.both.r2PerFeature.toFixed(4) ?? '–'} (per feature) at L0 ${measures?.both.l0.toFixed(2) ?? '–'}; ${(100 * (measures?.dead ?? 0)).toFixed(0)} % dead`);
  console.log(`the page's thread: ${String(felt.frames)} frames, the longest ${felt.longest.toFixed(0)} ms, ${String(felt.slow)} over 100 ms; ${String(felt.tasks)} long tasks, the longest ${felt.longestTask.toFixed(0)} ms`);
}

/** Samples a second of the same recipe by the same engine in Node; a few epochs tell. */
async function inNode(): Promise<number> {
  const pack = await openPack((name) => Promise.resolve(new Uint8Array(readFileSync(`public/packs/gallery/${name}`))));
  const rows = stackRows([await pack.embeddings('images'), await pack.embeddings('texts')], pack.manifest.dictionary.d);
  const made = { ...defaultRecipe('batchtopk', { rows: rows.rows, d: rows.cols, concepts, k }), epochs: Math.min(4, epochs) };
  const began = performance.now();
  await fit({ recipe: made, rows: inMemory(rows), resume: null, work: uninterrupted, gpu: null, product: await nodeProduct(), onPoint: () => undefined, onCheckpoint: () => Promise.resolve() });
  return (rows.rows * made.epochs) / ((performance.now() - began) / 1000);
}
