/** Frame times of the point renderer at 2k, 20k, 200k and 1M points, panning and zooming in Chromium: `npm run bench:map [-- --quick]`. */
import { cpus } from 'node:os';
import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../support/chromium.ts';

const SIZES = [2_000, 20_000, 200_000, 1_000_000];
const FRAMES = 40;

interface Frames {
  readonly backend: string;
  readonly adapter: string | null;
  /** Milliseconds of one frame: drawing, and waiting for it to be done. */
  readonly median: number;
  readonly p95: number;
}

/** In the page: draws `n` random points while the camera pans and zooms. */
const measure = async ({ n, frames }: { n: number; frames: number }): Promise<Frames> => {
  const path = '/src/ui/points/renderer.ts';
  const { createPointRenderer } = (await import(/* @vite-ignore */ path)) as typeof import('../../src/ui/points/renderer.ts');
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  const renderer = await createPointRenderer(canvas, { onLost: () => { throw new Error('the GPU went away'); } });
  renderer.setScene({
    positions: Float32Array.from({ length: 2 * n }, () => 2 * Math.random() - 1),
    radii: new Float32Array(n).fill(2.5),
    colours: Uint32Array.from({ length: n }, (_, i) => 0xd9_00_00_00 + (((i % 7) * 0x243f6a) & 0xffffff)),
    shapes: Uint8Array.from({ length: n }, (_, i) => i % 3),
    lines: null,
  });
  const viewport = { width: 1080, height: 670, ratio: 1 };
  const times: number[] = [];
  for (let frame = 0; frame < frames + 5; frame++) {
    await new Promise((resolve) => { requestAnimationFrame(resolve); });
    const started = performance.now();
    renderer.draw({ x: 0.3 * Math.sin(frame / 9), y: 0, scale: 320 * (1 + 0.5 * Math.sin(frame / 5)) }, viewport, 320);
    // Reading a pixel waits for the canvas; a WebGPU canvas is waited for by copying it.
    await createImageBitmap(canvas);
    if (frame >= 5) times.push(performance.now() - started);
  }
  renderer.dispose();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
  return { backend: renderer.backend, adapter: renderer.adapter, median: at(0.5), p95: at(0.95) };
};

const server = await createServer({ server: { port: 0, host: 'localhost' }, logLevel: 'error' });
await server.listen();
const browser = await chromium.launch({ executablePath: (await findChromium()).path, args: [...CHROMIUM_ARGS] });
try {
  const page = await browser.newPage();
  await page.addInitScript({ content: 'globalThis.__name = (f) => f' });
  await page.goto(new URL('src/ui/styles/base.css', server.resolvedUrls?.local[0]).href);
  console.log(`Point renderer, ${FRAMES} frames of 1080 × 670; ${cpus()[0]?.model ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}`);
  let first: number | null = null;
  for (const n of process.argv.includes('--quick') ? SIZES.slice(0, 2) : SIZES) {
    const { backend, adapter, median, p95 } = await page.evaluate(measure, { n, frames: FRAMES });
    first ??= median;
    console.log(`${String(n).padStart(9)} points  ${backend}${adapter === null ? '' : ` (${adapter})`}  median ${median.toFixed(1)} ms  p95 ${p95.toFixed(1)} ms  × ${(median / first).toFixed(1)} of the smallest`);
  }
} finally {
  await browser.close();
  await server.close();
}
