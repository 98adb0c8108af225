/** The built directory on a plain static host: from any sub-path, without a network after one visit, under its policy. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { writeServiceWorker } from '../../src/site/vite-plugin.ts';
import { addText, conceptsOf, expectReady, probesOf, readingOf } from './app.ts';
import { expect, expectNoAxeViolations, test as base } from './fixtures.ts';
import { serveFolder, type StaticHost } from './static-server.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const PATH = '/some/deep/path/';

/** A violation of the page's policy, as the browser reports it. */
interface Violation {
  readonly directive: string;
  readonly blocked: string;
}

declare global {
  interface Window {
    violations: Violation[];
  }
}

/** A host of its own for each test; `watch` then holds for that origin. */
const test = base.extend<{ host: StaticHost }>({
  host: async ({ browserName: _ }, use) => {
    const host = await serveFolder(DIST, PATH);
    await use(host);
    await host.close();
  },
  baseURL: async ({ host }, use) => {
    await use(host.url);
  },
  page: async ({ page }, use) => {
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        window.violations.push({ directive: event.effectiveDirective, blocked: event.blockedURI });
      });
    });
    await use(page);
  },
});
test.use({ serviceWorkers: 'allow' });

const violationsOf = (page: Page): Promise<Violation[]> => page.evaluate(() => window.violations);
const updateOf = (page: Page) => page.getByRole('status').filter({ hasText: 'A new version is ready' });

/** Waits until both towers run and the service worker has what they were made of. */
async function expectKept(page: Page): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: 'mini-clip' })).toContainText(/wasm|webgpu/, { timeout: 30_000 });
  await expect.poll(() => kept(page, /text_model.*\.onnx|vision_model.*\.onnx|\.wasm/u), { timeout: 30_000 }).toBe(3);
  // What follows the models: the runtime's glue, and the gallery's data, in the order of their names.
  await expect.poll(() => kept(page, /ort-wasm.*\.mjs|gallery\/texts\.npy/u), { timeout: 30_000 }).toBe(2);
}

/** How many files whose address matches are in the site's cache. */
function kept(page: Page, pattern: RegExp): Promise<number> {
  return page.evaluate(async (source) => {
    const names = (await caches.keys()).filter((name) => name.startsWith('vlm-explore-site '));
    const urls = (await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))).flat().map(({ url }) => url);
    return urls.filter((url) => new RegExp(source, 'u').test(url)).length;
  }, pattern.source);
}

test('from a deep path: probe and map work, and nothing outside that path is asked for', async ({ page, host, watch }) => {
  await page.goto(host.url);
  await expectReady(page, 4);
  await addText(page, 'a red heart');
  await expectReady(page, 1);
  await expect(conceptsOf(page).getByRole('link', { name: /^Concept \d+: .+/ }).first()).toBeVisible();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Map' }).click();
  await expect(page.getByRole('region', { name: 'Concept map' })).toHaveAttribute('aria-busy', 'false');
  await expect(page.getByText(/drawn (by|on)/u)).toBeVisible();
  await expectKept(page);

  expect(watch.requests.filter((url) => !url.startsWith(host.url))).toEqual([]);
  expect(host.requests.filter((path) => !path.startsWith(PATH))).toEqual([]);
  expect(await violationsOf(page)).toEqual([]);
});

test('after one visit the page opens without a network and embeds a text', async ({ page, host, context }) => {
  await page.goto(host.url);
  await expectKept(page);
  // Used, therefore kept; the two other builds of the runtime are not there.
  expect(await kept(page, /\.wasm/u)).toBe(1);

  await host.close();
  await context.setOffline(true);
  await page.reload();
  await expectReady(page, 4);
  await expect(conceptsOf(page).getByRole('link', { name: /^Concept \d+: .+/ }).first()).toBeVisible();
  await addText(page, 'rainy day');
  await expectReady(page, 1);
  await expect(probesOf(page)).toContainText('rainy day');
  // A view whose scripts this page has never loaded.
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Map' }).click();
  await expect(page.getByRole('region', { name: 'Concept map' })).toHaveAttribute('aria-busy', 'false');
  expect(await violationsOf(page)).toEqual([]);
});

test('models are not fetched in advance', async ({ page, host }) => {
  // Its models are missing: only what the worker fetches by itself is kept.
  await page.route(/\.(onnx|wasm)$/u, (route) => route.abort());
  await page.goto(host.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => kept(page, /assets\/index.*\.js/u)).toBe(1);
  expect(await kept(page, /\.(onnx|wasm)/u)).toBe(0);
  expect(host.requests.filter((path) => /\.(onnx|wasm)$/u.test(path))).toEqual([]);
});

test('a new version announces itself, waits for the person, and takes over without loss', async ({ page, host, context }) => {
  test.slow();
  const next = await mkdtemp(join(tmpdir(), 'site-'));
  try {
    await page.goto(host.url);
    await addText(page, 'a black cat\nrainy day');
    await expectReady(page, 2);
    await expectKept(page);
    const before = await readingOf(page);

    await cp(DIST, next, { recursive: true });
    const html = join(next, 'index.html');
    await writeFile(html, (await readFile(html, 'utf8')).replace('<meta name="description"', '<meta name="build" content="2" /><meta name="description"'));
    await writeServiceWorker(next);
    host.deploy(next);
    const fetched = host.requests.length;
    await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration())?.update(); });

    await expect(updateOf(page)).toBeVisible();
    await expectNoAxeViolations(page);
    await page.waitForTimeout(500);
    await expect(page.locator('meta[name="build"]')).toHaveCount(0);
    await page.getByRole('button', { name: 'Later' }).click();
    await expect(updateOf(page)).toBeHidden();
    expect(await readingOf(page)).toEqual(before);

    // The network's page is the new one already; the new worker still waits, and says so again.
    await page.reload();
    await expect(updateOf(page)).toBeVisible();
    const loaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Reload' }).click();
    await loaded;
    await expect(page.locator('meta[name="build"]')).toHaveCount(1);
    await expectReady(page, 2);
    await expect.poll(() => readingOf(page)).toEqual(before);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting)).toBeNull();

    // Of the shell, only the page differs: nothing else is fetched for the new worker. The old page is gone, the models stay.
    expect(await kept(page, /index\.html/u)).toBe(1);
    expect(await kept(page, /\.(onnx|wasm)/u)).toBe(3);
    expect(host.requests.slice(fetched).filter((path) => /\.(onnx|wasm)$/u.test(path))).toEqual([]);
    await host.close();
    await context.setOffline(true);
    await page.reload();
    await expect(page.locator('meta[name="build"]')).toHaveCount(1);
    await expectReady(page, 2);
  } finally {
    await rm(next, { recursive: true, force: true });
  }
});

test('the line about a new version speaks Japanese', async ({ page, host }) => {
  const next = await mkdtemp(join(tmpdir(), 'site-'));
  try {
    await page.goto(host.url);
    await page.getByRole('button', { name: '日本語' }).click();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await cp(DIST, next, { recursive: true });
    await writeFile(join(next, 'assets', 'new.css'), '/* new */');
    await writeServiceWorker(next);
    host.deploy(next);
    await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration())?.update(); });
    await expect(page.getByRole('status').filter({ hasText: '新しいバージョンがあります' })).toBeVisible();
    await expect(page.getByRole('button', { name: '再読み込み' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'あとで' })).toBeVisible();
  } finally {
    await rm(next, { recursive: true, force: true });
  }
});

test('the host of the other end-to-end tests sends the policy that the page has, so that it holds in workers', async ({ request, page, host }) => {
  const response = await request.get(`http://localhost:${process.env['E2E_PORT'] ?? ''}/`);
  await page.goto(host.url);
  const meta = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(response.headers()['content-security-policy']).toBe(meta);
  const connect = /connect-src ([^;]*)/u.exec(meta ?? '')?.[1]?.split(' ') ?? [];
  // Nothing that lets a page talk to anyone.
  expect(connect.filter((source) => /^(\*|https?:|https?:\/\/\*)$/u.test(source))).toEqual([]);
  expect(meta).not.toContain("'unsafe-inline'");
  expect(meta).not.toContain("'unsafe-eval'");
});

test('an inline script, an event attribute, eval and foreign connections are refused', async ({ page, host, watch }) => {
  watch.expectError(/Content Security Policy/u);
  await page.goto(host.url);
  await expectReady(page, 4);
  const ran = await page.evaluate(
    () =>
      new Promise<Record<string, boolean>>((resolve) => {
        // From a timer: what a debugger evaluates itself is not held to the policy.
        setTimeout(() => {
          const here = window as unknown as Record<string, boolean>;
          const script = document.createElement('script');
          script.textContent = 'window.inline = true';
          document.body.append(script);
          document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.attribute = true" alt="" />');
          try {
            // eval by another name, which the linter does not know.
            Reflect.apply(here['eval'] as unknown as (code: string) => void, undefined, ['window.evaluated = true']);
          } catch (error) {
            here['evalThrew'] = error instanceof EvalError;
          }
          void Promise.allSettled([fetch('https://example.org/'), fetch('https://huggingface.co.example.org/')]).then((results) => {
            here['connected'] = results.some(({ status }) => status === 'fulfilled');
            setTimeout(() => {
              resolve({ inline: 'inline' in here, attribute: 'attribute' in here, evaluated: 'evaluated' in here, evalThrew: here['evalThrew'] === true, connected: here['connected'] === true });
            }, 300);
          });
        }, 0);
      }),
  );
  expect(ran).toEqual({ inline: false, attribute: false, evaluated: false, evalThrew: true, connected: false });
  const directives = (await violationsOf(page)).map(({ directive, blocked }) => `${directive} ${blocked}`);
  expect(directives.sort()).toEqual([
    'connect-src https://example.org/',
    'connect-src https://huggingface.co.example.org/',
    'script-src eval',
    'script-src-attr inline',
    'script-src-elem inline',
  ]);
});
