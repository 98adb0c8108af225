/**
 * The test command: every stage in order, all of them even after a failure, then a table, and as the last line
 * `N passed, M failed, K skipped`. Exits with 1 when anything failed. `npm test -- unit gpu` runs only those stages.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findChromium } from './support/chromium.ts';
import { addCounts, NO_TESTS, playwrightCounts, vitestCounts, type Counts } from './support/counts.ts';

interface Stage {
  readonly name: string;
  /** npm script and its further arguments. */
  readonly script: readonly [string, ...string[]];
  /** For stages that run tests: where the JSON report goes, and how it reads. */
  readonly report?: { readonly file: string; readonly read: (file: string) => Counts };
}

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly counts: Counts;
  readonly note: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = `${root}.cache/test-reports`;
const STAGE_LIMIT_MS = 10 * 60_000;

const STAGES: readonly Stage[] = [
  { name: 'typecheck', script: ['typecheck'] },
  { name: 'lint', script: ['lint'] },
  { name: 'rules', script: ['rules'] },
  { name: 'unused', script: ['unused'] },
  vitestStage('unit'),
  vitestStage('gpu'),
  { name: 'build', script: ['build'] },
  {
    name: 'e2e',
    script: ['test:e2e', '--forbid-only', '--reporter=list,json'],
    report: { file: `${reports}/e2e.json`, read: playwrightCounts },
  },
];

function vitestStage(name: string): Stage {
  const file = `${reports}/${name}.json`;
  const script = [`test:${name}`, '--allowOnly=false', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return { name, script: script as [string, ...string[]], report: { file, read: vitestCounts } };
}

process.exitCode = await main(process.argv.slice(2));

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(`No stage ${unknown.join(', ')}. There are: ${STAGES.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });

  const stages = STAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  // A build that fails must not leave an older one for the end-to-end tests to pass on.
  if (stages.some(({ name }) => name === 'build')) rmSync(`${root}dist`, { recursive: true, force: true });
  const outcomes: Outcome[] = [await browserStage()];
  for (const stage of stages) {
    if (stage.name === 'e2e' && !existsSync(`${root}dist/index.html`)) {
      outcomes.push({ name: 'e2e', ok: false, seconds: 0, counts: NO_TESTS, note: 'nothing is built: run the build stage' });
    } else outcomes.push(await runStage(stage));
  }
  return summarise(outcomes);
}

/** Finds the browser once; the stages get it in CHROMIUM_PATH, and fail by themselves where there is none. */
async function browserStage(): Promise<Outcome> {
  const start = performance.now();
  banner('chromium');
  try {
    const browser = await findChromium();
    process.env['CHROMIUM_PATH'] = browser.path;
    return { name: 'chromium', ok: true, seconds: since(start), counts: NO_TESTS, note: `${browser.version}, ${browser.path}` };
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    return { name: 'chromium', ok: false, seconds: since(start), counts: NO_TESTS, note };
  }
}

async function runStage({ name, script, report }: Stage): Promise<Outcome> {
  banner(name);
  const start = performance.now();
  const problem = await npmRun(script, report?.file);
  const seconds = since(start);
  if (report === undefined) return { name, ok: problem === undefined, seconds, counts: NO_TESTS, note: problem ?? '' };
  let counts = NO_TESTS;
  let note = problem;
  try {
    counts = report.read(report.file);
    if (counts.passed + counts.failed === 0) note ??= 'ran no test';
  } catch (error) {
    note ??= `no readable report: ${String(error)}`;
  }
  return { name, ok: note === undefined && counts.failed === 0, seconds, counts, note: note ?? '' };
}

/** Runs one npm script to its end. @returns what went wrong, or `undefined`. */
function npmRun([script, ...args]: Stage['script'], report: string | undefined): Promise<string | undefined> {
  const npm = process.env['npm_execpath'];
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  return new Promise((resolve) => {
    // Its own process group, so that a stage that hangs goes with everything it started.
    const child = spawn(command, [...first, 'run', '--silent', script, '--', ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
    });
    const stop = (): void => {
      if (child.pid === undefined) return;
      if (process.platform === 'win32') child.kill();
      else process.kill(-child.pid, 'SIGTERM');
    };
    const interrupt = (): void => {
      stop();
      process.exit(130);
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, STAGE_LIMIT_MS);
    const done = (problem: string | undefined): void => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      resolve(problem);
    };
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => {
      if (late) done(`stopped after ${STAGE_LIMIT_MS / 60_000} minutes`);
      else done(code === 0 ? undefined : `exit ${code ?? signal ?? '?'}`);
    });
  });
}

function summarise(outcomes: readonly Outcome[]): number {
  const total = outcomes.map(({ counts }) => counts).reduce(addCounts, NO_TESTS);
  banner('summary');
  for (const { name, ok, seconds, counts, note } of outcomes) {
    const ran = counts.passed + counts.failed + counts.skipped.length;
    const tests = ran === 0 ? '' : `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`;
    const detail = [tests, note].filter((part) => part !== '').join('; ');
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s  ${detail}`);
  }
  for (const title of total.skipped) console.log(`skipped: ${title}`);
  // A stage that fails without a failing test (types, lint, a crash) counts as one failure: the last line never lies.
  const failed = total.failed + outcomes.filter(({ ok, counts }) => !ok && counts.failed === 0).length;
  console.log(`${total.passed} passed, ${failed} failed, ${total.skipped.length} skipped`);
  return failed === 0 ? 0 : 1;
}

function banner(name: string): void {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}`);
}

function since(start: number): number {
  return (performance.now() - start) / 1000;
}
