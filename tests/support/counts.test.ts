import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addCounts, playwrightCounts, vitestCounts } from './counts.ts';

const folder = mkdtempSync(join(tmpdir(), 'counts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function reportFile(report: unknown): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(report));
  return file;
}

describe('vitestCounts', () => {
  it('counts each outcome and names what was skipped', () => {
    const assertionResults = ['passed', 'passed', 'failed', 'pending', 'todo'].map((status) => ({ status, fullName: `t ${status}` }));
    const file = reportFile({ testResults: [{ name: '/x/a.test.ts', status: 'failed', assertionResults }] });
    expect(vitestCounts(file)).toEqual({ passed: 2, failed: 1, skipped: ['a.test.ts: t pending', 'a.test.ts: t todo'] });
  });

  it('takes a file that could not be loaded for a failure', () => {
    const file = reportFile({ testResults: [{ name: '/x/a.test.ts', status: 'failed', assertionResults: [] }] });
    expect(vitestCounts(file)).toEqual({ passed: 0, failed: 1, skipped: [] });
  });
});

describe('playwrightCounts', () => {
  it('counts nested suites per project; a flaky test has failed', () => {
    const spec = (title: string, ...statuses: string[]): unknown => ({
      title,
      file: 'a.spec.ts',
      tests: statuses.map((status, i) => ({ status, projectName: `p${i}` })),
    });
    const suites = [{ specs: [spec('one', 'expected', 'skipped')], suites: [{ specs: [spec('two', 'flaky', 'unexpected')] }] }];
    expect(playwrightCounts(reportFile({ suites, errors: [] }))).toEqual({
      passed: 1,
      failed: 2,
      skipped: ['a.spec.ts [p1]: one'],
    });
  });

  it('takes errors outside of tests for failures', () => {
    expect(playwrightCounts(reportFile({ suites: [], errors: [{ message: 'no server' }] })).failed).toBe(1);
  });
});

it('addCounts sums and joins', () => {
  const a = { passed: 1, failed: 2, skipped: ['a'] };
  expect(addCounts(a, { passed: 3, failed: 0, skipped: ['b'] })).toEqual({ passed: 4, failed: 2, skipped: ['a', 'b'] });
});
