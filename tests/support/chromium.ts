/**
 * Which Chromium the GPU and end-to-end tests run in. `npm ci` downloads no browser (.npmrc), so a browser of the
 * system is looked for, tried by really launching it, and installed the system's ordinary way when there is none.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { chromium } from 'playwright-core';

/** Where a Chromium is, which one it is, and how it was found. */
export interface Chromium {
  readonly path: string;
  readonly version: string;
  readonly origin: string;
}

type Candidate = Omit<Chromium, 'version'>;

/** WebGPU on the CPU (SwiftShader), and a browser that asks nobody anything on its own. */
export const CHROMIUM_ARGS: readonly string[] = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The first Chromium that exists, without starting it; `undefined` where there is none. For configurations that
 * must stay quick; `npm test` settles the question with {@link findChromium} and hands it on in CHROMIUM_PATH.
 */
export function locateChromium(): string | undefined {
  return candidates()[0]?.path;
}

/**
 * The Chromium to test in, launched once to be sure and to learn its version. Installs one when none is found:
 * Debian's package as root, Playwright's own elsewhere. Says on stdout what it does.
 * @throws Error that lists what was tried, when nothing works.
 */
export async function findChromium(): Promise<Chromium> {
  const failures: string[] = [];
  const found = await firstThatStarts(candidates(), failures);
  if (found !== undefined) return announce(found);
  if (process.env['CHROMIUM_PATH'] === undefined) {
    for (const installer of installers()) {
      console.log(`No working Chromium found: running ${installer.name} …`);
      const failure = installer.install();
      if (failure !== undefined) failures.push(`${installer.name} failed: ${failure}`);
      const installed = await firstThatStarts(candidates(), failures);
      if (installed !== undefined) return announce(installed);
    }
  }
  throw new Error(
    `No Chromium to test in. Install one (Debian: apt-get install chromium; elsewhere: npx playwright install ` +
      `chromium) or set CHROMIUM_PATH to its executable. Tried:\n  ${failures.join('\n  ') || 'nothing was found'}`,
  );
}

function announce(browser: Chromium): Chromium {
  console.log(`Chromium ${browser.version} at ${browser.path} (${browser.origin})`);
  return browser;
}

async function firstThatStarts(list: readonly Candidate[], failures: string[]): Promise<Chromium | undefined> {
  for (const candidate of list) {
    try {
      const options = { executablePath: candidate.path, args: [...CHROMIUM_ARGS], timeout: 60_000 };
      const browser = await chromium.launch(options);
      const version = browser.version();
      await browser.close();
      return { ...candidate, version };
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
      failures.push(`${candidate.path} (${candidate.origin}) does not start: ${reason}`);
    }
  }
  return undefined;
}

/** Existing executables, best first. A CHROMIUM_PATH that was set is meant: nothing else is tried beside it. */
function candidates(): Candidate[] {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined) return [{ path: chosen, origin: 'CHROMIUM_PATH' }];
  const list = [
    ...onPath().map((path) => ({ path, origin: 'found on PATH' })),
    ...conventionalPlaces().map((path) => ({ path, origin: "the system's browser" })),
    { path: chromium.executablePath(), origin: "Playwright's own" },
  ];
  return list.filter(({ path }) => existsSync(path));
}

function onPath(): string[] {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
}

function conventionalPlaces(): string[] {
  if (process.platform === 'darwin') {
    const apps = ['Chromium.app/Contents/MacOS/Chromium', 'Google Chrome.app/Contents/MacOS/Google Chrome'];
    return ['/Applications', join(homedir(), 'Applications')].flatMap((root) => apps.map((app) => join(root, app)));
  }
  if (process.platform === 'win32') {
    const apps = ['Chromium/Application/chrome.exe', 'Google/Chrome/Application/chrome.exe'];
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name]);
    return roots.flatMap((root) => (root === undefined ? [] : apps.map((app) => join(root, app))));
  }
  return [];
}

interface Installer {
  readonly name: string;
  /** What went wrong, or `undefined` when the installer reports success. */
  readonly install: () => string | undefined;
}

function installers(): Installer[] {
  const playwright = join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js');
  const withApt = isDebianRoot();
  const own: Installer = {
    name: `npx playwright install chromium${withApt ? ' --with-deps' : ''}`,
    install: () => quietly(process.execPath, [playwright, 'install', 'chromium', ...(withApt ? ['--with-deps'] : [])]),
  };
  if (!withApt) return [own];
  const apt: Installer = {
    name: 'apt-get update && apt-get install -y chromium',
    install: () => quietly('apt-get', ['update']) ?? quietly('apt-get', ['install', '-y', 'chromium']),
  };
  return [apt, own];
}

function isDebianRoot(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Runs a command without input; shows its output only when it fails, and then returns the reason. */
function quietly(command: string, args: readonly string[]): string | undefined {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.status === 0) return undefined;
  process.stderr.write(`${result.stdout}${result.stderr}`);
  return result.error?.message ?? `exit code ${String(result.status ?? result.signal)}`;
}
