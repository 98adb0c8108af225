/** WebGPU in Node, through the optional package `webgpu` (Dawn). Node only. */
import { access, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { InputError } from '../core/errors.ts';

const BACKEND = { field: '--backend webgpu' } as const;

/**
 * WebGPU of this machine, for `requestGpu`. Where no driver of the system serves WebGPU, SwiftShader (a Vulkan driver on the
 * CPU that comes with Chromium) is used if a Chromium is installed and `VK_ICD_FILENAMES` does not say otherwise.
 * Keep no global reference to the result: Node does not exit while it is reachable.
 * Throws InputError when the package is missing or no adapter is found.
 */
export async function nodeGpu(): Promise<GPU> {
  const { create, globals } = await importDawn();
  // GPUBufferUsage, GPUMapMode and the like are globals in a browser; Dawn hands them out as properties.
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const gpu = create([]);
  if ((await gpu.requestAdapter()) !== null) return gpu;

  if (process.env['VK_ICD_FILENAMES'] === undefined && process.env['VK_DRIVER_FILES'] === undefined) {
    const driver = await findSwiftShader();
    if (driver !== null) {
      // The Vulkan loader reads this when the next instance is created, so that it counts for the second `create`.
      process.env['VK_ICD_FILENAMES'] = driver;
      const software = create([]);
      if ((await software.requestAdapter()) !== null) return software;
      delete process.env['VK_ICD_FILENAMES'];
    }
  }
  throw new InputError('no GPU driver on this machine serves WebGPU', {
    ...BACKEND,
    fix: 'Use --backend cpu, install a Vulkan driver, or install Chromium, whose software driver is found by itself.',
  });
}

interface Dawn {
  readonly create: (options: string[]) => GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

async function importDawn(): Promise<Dawn> {
  try {
    const dawn = await import('webgpu');
    return { create: (options) => dawn.create(options), globals: Object.fromEntries(Object.entries(dawn.globals)) };
  } catch (cause) {
    throw new InputError(`the optional package "webgpu" could not be loaded (${cause instanceof Error ? cause.message : String(cause)})`, {
      ...BACKEND,
      fix: 'Use --backend cpu, or run npm install webgpu on a system that it supports.',
    });
  }
}

const DRIVER = 'vk_swiftshader_icd.json';
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** Where distributions put the real program when the one on PATH is a wrapper script. */
const USUAL_FOLDERS = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/** SwiftShader's driver description beside an installed Chromium, or `null`. */
async function findSwiftShader(): Promise<string | null> {
  const chosen = process.env['CHROMIUM_PATH'];
  const folders = chosen === undefined ? [] : [dirname(chosen)];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const program of PROGRAMS) {
      const real = await realpath(join(folder, program)).catch(() => null);
      if (real !== null) folders.push(dirname(real), join(dirname(real), '..', 'lib', program));
    }
  }
  for (const folder of [...folders, ...USUAL_FOLDERS]) {
    const driver = join(folder, DRIVER);
    if (await access(driver).then(() => true, () => false)) return driver;
  }
  return null;
}
