/** The two vitest projects: `unit` in Node, `browser` in Chromium with WebGPU on the CPU. Loaded by vite.config.ts. */
import { playwright } from '@vitest/browser-playwright';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { CHROMIUM_ARGS, locateChromium } from './chromium.ts';

/** @returns the projects; fixes the time zone to UTC for this process and those that it starts. */
export function testProjects(): TestProjectInlineConfiguration[] {
  process.env['TZ'] = 'UTC';
  const executablePath = locateChromium();
  const launchOptions = { args: [...CHROMIUM_ARGS], ...(executablePath === undefined ? {} : { executablePath }) };
  return [
    {
      extends: true,
      test: {
        name: 'unit',
        environment: 'node',
        include: ['{src,tests}/**/*.test.{ts,tsx}'],
        exclude: ['**/*.browser.test.{ts,tsx}'],
        testTimeout: 60_000,
      },
    },
    {
      extends: true,
      test: {
        name: 'browser',
        include: ['{src,tests}/**/*.browser.test.{ts,tsx}'],
        testTimeout: 120_000,
        // SwiftShader takes every core there is: one page at a time.
        fileParallelism: false,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({ launchOptions, contextOptions: { timezoneId: 'UTC', locale: 'en-GB' } }),
          instances: [{ browser: 'chromium' }],
        },
      },
    },
  ];
}
