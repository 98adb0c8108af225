/** How many tests ran, from the JSON reports of vitest and Playwright. */
import { readFileSync } from 'node:fs';

/** Tests by outcome; skipped ones (todo too) by name, so that they can be listed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

export const NO_TESTS: Counts = { passed: 0, failed: 0, skipped: [] };

/** Sum of two counts. */
export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: [...a.skipped, ...b.skipped] };
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Counts of a vitest JSON report. A file that failed before its first test (a broken import) is one failure. */
export function vitestCounts(file: string): Counts {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  return testResults
    .map(({ name, status, assertionResults }): Counts => {
      const failed = assertionResults.filter((test) => test.status === 'failed').length;
      return {
        passed: assertionResults.filter((test) => test.status === 'passed').length,
        failed: failed === 0 && status === 'failed' ? 1 : failed,
        skipped: assertionResults
          .filter((test) => test.status !== 'passed' && test.status !== 'failed')
          .map(({ fullName }) => `${name.split('/').at(-1) ?? name}: ${fullName}`),
      };
    })
    .reduce(addCounts, NO_TESTS);
}

interface PlaywrightSuite {
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly { readonly status: string; readonly projectName: string }[];
  }[];
  readonly suites?: readonly PlaywrightSuite[];
}

interface PlaywrightReport extends PlaywrightSuite {
  readonly errors: readonly unknown[];
}

/** Counts of a Playwright JSON report. Errors outside of tests (no server, a broken import) count as failures. */
export function playwrightCounts(file: string): Counts {
  const report = JSON.parse(readFileSync(file, 'utf8')) as PlaywrightReport;
  return addCounts(suiteCounts(report), { ...NO_TESTS, failed: report.errors.length });
}

function suiteCounts({ specs = [], suites = [] }: PlaywrightSuite): Counts {
  const own = specs.flatMap(({ title, file, tests }) =>
    tests.map(({ status, projectName }): Counts => {
      if (status === 'skipped') return { ...NO_TESTS, skipped: [`${file} [${projectName}]: ${title}`] };
      // `flaky` passed on a retry: we allow none.
      return status === 'expected' ? { ...NO_TESTS, passed: 1 } : { ...NO_TESTS, failed: 1 };
    }),
  );
  return [...own, ...suites.map(suiteCounts)].reduce(addCounts, NO_TESTS);
}
