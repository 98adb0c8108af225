/** What every end-to-end test wants: nothing leaves the origin, nothing is thrown or logged as an error, axe is content. */
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';

/** Everything that the pages of one browser context, and their workers, asked for and complained about. */
export interface Watch {
  /** Every request over the network, in order. */
  readonly requests: readonly string[];
  /** Errors on the console and uncaught ones. */
  readonly errors: readonly string[];
  /** Declares that errors matching `pattern` are what the test is about. */
  readonly expectError: (pattern: RegExp) => void;
  /** Fails when a request left `origin`, or when an error occurred that was not expected. */
  readonly verify: (origin: string) => void;
}

/** Starts watching `context`; call before its first page is opened. The fixture `watch` does it for the test's own. */
export function watchContext(context: BrowserContext): Watch {
  const requests: string[] = [];
  const errors: string[] = [];
  const expected: RegExp[] = [];
  context.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) requests.push(request.url());
  });
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => errors.push(String(error.error().stack ?? error.error())));
  return {
    requests,
    errors,
    expectError: (pattern) => expected.push(pattern),
    verify: (origin) => {
      const foreign = requests.filter((url) => new URL(url).origin !== origin);
      expect(foreign, 'requests that left the origin').toEqual([]);
      const unexpected = errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
      expect(unexpected, 'errors on the console or thrown').toEqual([]);
    },
  };
}

/** Playwright's test with `watch` on the test's own context, verified at its end. */
export const test = base.extend<{ watch: Watch }>({
  watch: [
    async ({ context, baseURL }, use) => {
      const watch = watchContext(context);
      await use(watch);
      watch.verify(new URL(baseURL ?? '').origin);
    },
    { auto: true },
  ],
});

/** Fails with one readable line a violation; all of axe's rules, best practices too. */
export async function expectNoAxeViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const lines = violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((n) => n.target.join(' ')).join(', ')}`);
  expect(lines, 'axe violations').toEqual([]);
}

export { expect };
