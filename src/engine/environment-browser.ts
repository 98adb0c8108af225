import { InputError } from '../core/errors.ts';
import { decodeImage } from '../encoders/images/decode-browser.ts';
import type { RgbaImage } from '../encoders/images/image.ts';
import { requestGpu } from '../gpu/device.ts';
import type { Environment } from './environment.ts';

/** Longest side of a probe's thumbnail: twice the size of a card's picture. */
const THUMBNAIL = 192;

/** Name of the cache that holds what `remember` keeps; its addresses are never fetched. */
const MEMORY = 'vlm-explore-memory';
const memoryUrl = (base: string, key: string): URL => new URL(`memory/${encodeURIComponent(key)}`, base);

/** The worker's surroundings; `base` is the folder the application is served from. */
export function browserEnvironment(base: string): Environment {
  return {
    async read(path, onProgress) {
      const response = await fetch(new URL(path, base)).catch((error: unknown) => {
        throw new InputError(`it could not be fetched (${String(error)}).`, { file: path, fix: 'Check the connection and reload the page.' });
      });
      if (!response.ok) throw new InputError(`the server answered ${String(response.status)}.`, { file: path, fix: 'Reload the page.' });
      const total = Number(response.headers.get('content-length') ?? 0);
      if (response.body === null || onProgress === undefined || response.headers.has('content-encoding')) {
        return new Uint8Array(await response.arrayBuffer());
      }
      const parts: Uint8Array<ArrayBuffer>[] = [];
      let done = 0;
      for await (const part of response.body) {
        parts.push(part);
        done += part.length;
        onProgress({ phase: path.startsWith('packs/') ? 'pack' : 'dictionary', done, total, unit: 'bytes' });
      }
      return new Uint8Array(await new Blob(parts).arrayBuffer());
    },
    // transformers.js and ONNX Runtime are large: they load when the first probe, or the idle page, needs them.
    async openEncoder(path, onProgress, device) {
      const { openBrowserEncoder } = await import('../encoders/transformers-browser.ts');
      return openBrowserEncoder({ base, model: path, device, onProgress: (done, total) => { onProgress({ phase: 'model', done, total, unit: 'bytes' }); } });
    },
    openGpu: () => requestGpu(navigator.gpu),
    // Storage may be full or switched off: then nothing is kept, and the work is done again.
    recall: async (key) => {
      try {
        const kept: unknown = await (await (await caches.open(MEMORY)).match(memoryUrl(base, key)))?.json();
        return kept ?? null;
      } catch {
        return null;
      }
    },
    remember: async (key, value) => {
      try {
        await (await caches.open(MEMORY)).put(memoryUrl(base, key), Response.json(value));
      } catch {
        // As above.
      }
    },
    openFolder: async () => (await import('./lab/folder-browser.ts')).browserFolder(),
    // Where the runtime cannot be had, JavaScript trains, six times slower.
    openProduct: async () => (await import('../encoders/product-browser.ts')).browserProduct(base).catch(() => null),
    decodeImage,
    encodePicture,
    thumbnail,
  };
}

async function encodePicture({ width, height, data }: RgbaImage): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 })).arrayBuffer());
}

async function thumbnail({ width, height, data }: RgbaImage): Promise<Blob> {
  const scale = Math.min(1, THUMBNAIL / Math.max(width, height));
  const size = { resizeWidth: Math.max(1, Math.round(width * scale)), resizeHeight: Math.max(1, Math.round(height * scale)) };
  const bitmap = await createImageBitmap(new ImageData(new Uint8ClampedArray(data), width, height), { ...size, resizeQuality: 'high' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  if (context !== null) {
    // Transparent pictures stand on white, as mini-clip sees them.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0);
  }
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.85 });
}
