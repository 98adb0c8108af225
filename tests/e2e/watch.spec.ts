/** The guard of every other test must itself be able to fail: pages and workers that misbehave are caught. */
import { expect, test, watchContext } from './fixtures.ts';

const WORKER = `fetch('/models/x.onnx').finally(() => fetch('https://example.org/y.wasm')).catch(() => postMessage('done'))`;
const PAGE = `<!doctype html><title>misbehaves</title><script>
  new Worker('/bad-worker.js').onmessage = () => { document.title = 'done'; };
  console.error('logged'); setTimeout(() => { throw new Error('thrown'); });
</script>`;

test('requests of pages and their workers are seen, and so are errors', async ({ browser, baseURL }) => {
  const { origin } = new URL(baseURL ?? '');
  const context = await browser.newContext({ baseURL: origin });
  const watch = watchContext(context);
  await context.route('**/bad.html', (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
  await context.route('**/bad-worker.js', (route) => route.fulfill({ contentType: 'text/javascript', body: WORKER }));
  const page = await context.newPage();
  await page.goto('/bad.html');
  await expect(page).toHaveTitle('done');

  expect(watch.requests).toContain(`${origin}/models/x.onnx`);
  expect(watch.requests).toContain('https://example.org/y.wasm');
  expect(watch.errors.join('\n')).toMatch(/logged/);
  expect(watch.errors.join('\n')).toMatch(/thrown/);
  expect(() => watch.verify(origin)).toThrow(/left the origin/);
  await context.close();
});
