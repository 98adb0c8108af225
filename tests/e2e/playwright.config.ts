import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, findChromium, locateChromium } from '../support/chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

// Playwright reads this file again in every worker process: what the first reading settles goes on in the environment.
process.env['TZ'] = 'UTC';
process.env['CHROMIUM_PATH'] ??= locateChromium() ?? (await findChromium()).path;
process.env['E2E_PORT'] ??= String(await freePort());
const baseURL = `http://localhost:${process.env['E2E_PORT']}/`;

/** End-to-end tests of the built site (`npm run build` first), served as a static host would. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: `${root}/test-results`,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  // The engine and SwiftShader share the machine's cores: two pages at once only slow each other down.
  workers: 1,
  reporter: [['list']],
  use: {
    baseURL,
    timezoneId: 'UTC',
    locale: 'en-GB',
    // What a service worker answers is hidden from page.route; static.spec.ts lets it in.
    serviceWorkers: 'block',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM_PATH'],
      // Whatever a page tries, no other host has an address.
      args: [...CHROMIUM_ARGS, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost'],
    },
  },
  projects: [{ name: 'desktop-light', use: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' } }],
  webServer: {
    command: `npm run --silent preview -- --port ${process.env['E2E_PORT']} --strictPort`,
    cwd: root,
    url: baseURL,
    timeout: 30_000,
    reuseExistingServer: false,
  },
});

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}
