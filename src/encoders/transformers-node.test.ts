/** The real mini-clip in Node. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancelledError, InputError, IntegrityError } from '../core/errors.ts';
import { cosine } from '../core/metrics.ts';
import { rowOf, type Matrix } from '../core/tensor.ts';
import type { RgbaImage } from './images/image.ts';
import type { Encoder } from './port.ts';
import { openEncoder } from './transformers-node.ts';

const MODEL = 'models/mini-clip';

/** Draws an SVG on a transparent ground. */
async function draw(body: string, side = 96): Promise<RgbaImage> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 64 64">${body}</svg>`;
  const data = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  return { width: side, height: side, data: new Uint8ClampedArray(data) };
}

const HEART = '<path fill="#dd2e44" d="M32 58 10 36C-2 22 12 4 26 10q4 2 6 7 2-5 6-7c14-6 28 12 16 26z"/>';
const SUN =
  '<circle cx="32" cy="32" r="14" fill="#ffcc22"/><path stroke="#ffaa11" stroke-width="5" d="M32 2v10M32 52v10M2 32h10M52 32h10M11 11l7 7M46 46l7 7M11 53l7-7M46 18l7-7"/>';
const TREE = '<path fill="#7a4a22" d="M28 40h8v22h-8z"/><circle cx="32" cy="24" r="20" fill="#3f8f2f"/>';

function norms({ rows, data, cols }: Matrix): number[] {
  return Array.from({ length: rows }, (_, r) => Math.hypot(...data.subarray(r * cols, (r + 1) * cols)));
}

let encoder: Encoder;
beforeAll(async () => {
  encoder = await openEncoder(MODEL);
});
afterAll(() => encoder.dispose());

describe('mini-clip in Node', () => {
  it('passes its self-test against the uncompressed model in both towers', () => {
    expect(encoder).toMatchObject({ id: 'mini-clip', dim: 256 });
    for (const tower of [encoder.imageTower, encoder.textTower]) {
      expect(tower).toMatchObject({ backend: 'cpu', dtype: 'q8', why: 'start' });
      // The model card promises 0.9998 for q8.
      expect(tower.selfTest).toBeGreaterThan(0.9998);
    }
  });

  it('gives unit rows', async () => {
    const images = await encoder.embedImages(await Promise.all([draw(HEART), draw(SUN, 33)]));
    const texts = await encoder.embedTexts(['red heart', '', '🦄', 'x'.repeat(5000)]);
    expect([images.rows, images.cols, texts.rows, texts.cols]).toEqual([2, 256, 4, 256]);
    for (const norm of [...norms(images), ...norms(texts)]) expect(norm).toBeCloseTo(1, 5);
    expect(await encoder.embedImages([])).toMatchObject({ rows: 0, cols: 256 });
    expect(await encoder.embedTexts([])).toMatchObject({ rows: 0, cols: 256 });
  });

  it('names drawn shapes', async () => {
    const names = ['red heart', 'sun', 'deciduous tree', 'bicycle', 'flag: Japan', 'scissors'];
    const texts = await encoder.embedTexts(names);
    const images = await encoder.embedImages(await Promise.all([HEART, SUN, TREE].map((body) => draw(body))));
    const best = [0, 1, 2].map((i) => {
      const similarities = names.map((_, t) => cosine(rowOf(images, i), rowOf(texts, t)));
      return names[similarities.indexOf(Math.max(...similarities))];
    });
    expect(best).toEqual(['red heart', 'sun', 'deciduous tree']);
  });

  it('gives an item the same vector alone and in any batch', async () => {
    const texts = ['dog', 'a man riding a wave on top of a surfboard', ...Array.from({ length: 40 }, (_, i) => 'very '.repeat(i % 7) + 'old boat')];
    const together = await encoder.embedTexts(texts);
    for (const i of [0, 1, 38]) expect(cosine(rowOf(together, i), (await encoder.embedTexts([texts[i] ?? ''])).data)).toBeGreaterThan(0.99999);
    const images = await Promise.all(Array.from({ length: 11 }, (_, i) => draw(i % 2 === 0 ? HEART : TREE, 40 + i)));
    const rows = await encoder.embedImages(images);
    for (const i of [0, 9, 10]) expect(cosine(rowOf(rows, i), (await encoder.embedImages(images.slice(i, i + 1))).data)).toBeGreaterThan(0.99999);
  });

  it('cuts long texts at 32 tokens: [CLS] and 31 words', async () => {
    const words = Array.from({ length: 60 }, (_, i) => ['dog', 'cat', 'red', 'house'][i % 4]);
    const [cut, long, shorter] = await Promise.all([31, 60, 30].map((n) => encoder.embedTexts([words.slice(0, n).join(' ')])));
    if (cut === undefined || long === undefined || shorter === undefined) throw new Error('unreachable');
    expect(cosine(cut.data, long.data)).toBeGreaterThan(0.999999);
    expect(cosine(shorter.data, long.data)).toBeLessThan(0.999999);
  });

  it('blends transparency over white', async () => {
    const onWhite = await draw(`<rect width="64" height="64" fill="#fff"/>${HEART}`);
    const [clear, white, black] = await Promise.all([draw(HEART), onWhite, draw(`<rect width="64" height="64"/>${HEART}`)].map(async (image) => encoder.embedImages([await image])));
    if (clear === undefined || white === undefined || black === undefined) throw new Error('unreachable');
    expect(cosine(clear.data, white.data)).toBeGreaterThan(0.9999);
    expect(cosine(clear.data, black.data)).toBeLessThan(0.99);
  });

  it('reports progress and stops between runs when it is cancelled', async () => {
    const abort = new AbortController();
    const seen: number[] = [];
    const texts = Array.from({ length: 200 }, () => 'dog');
    const onProgress = (done: number, total: number): void => {
      expect(total).toBe(200);
      seen.push(done);
      if (done >= 64) abort.abort();
    };
    await expect(encoder.embedTexts(texts, { signal: abort.signal, onProgress })).rejects.toThrow(CancelledError);
    expect(seen).toEqual([32, 64]);
  });

  it('has no WebGPU, and says so', async () => {
    expect(await encoder.chooseBackends(null)).toEqual({ image: 'cpu', text: 'cpu' });
    expect(encoder.imageTower.why).toBe('no-webgpu');
    expect(encoder.imageTower.ms.cpu).toBeGreaterThan(0);
    expect(await encoder.embedTextsResident(['dog'])).toBeNull();
  });
});

describe('a model folder that does not work', () => {
  const folder = mkdtempSync(join(tmpdir(), 'broken-model-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Opens a copy of mini-clip with one file changed, and returns the error. */
  async function openWith(name: string, change: (bytes: Buffer) => Buffer | string | null): Promise<unknown> {
    cpSync(MODEL, folder, { recursive: true });
    const changed = change(readFileSync(join(folder, name)));
    if (changed === null) rmSync(join(folder, name));
    else writeFileSync(join(folder, name), changed);
    return openEncoder(folder).then(
      () => null,
      (error: unknown) => error,
    );
  }

  it('is named when it is not there', async () => {
    await expect(openEncoder(join(folder, 'nowhere'))).rejects.toMatchObject({ name: 'InputError', place: { file: join(folder, 'nowhere', 'config.json') } });
  });

  it.each(['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/vision_model_quantized.onnx', 'onnx/text_model_quantized.onnx'])(
    'names %s when it is missing, cut or something else',
    async (name) => {
      const changes = [() => null, (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), () => '', () => '<!doctype html><title>404</title>'];
      for (const change of changes) {
        const error = await openWith(name, change);
        expect(error).toBeInstanceOf(InputError);
        expect(error).toMatchObject({ place: { file: `${folder}/${name}` } });
      }
    },
  );

  it('does without a self-test that is not there', async () => {
    expect(await openWith('selftest.json', () => null)).toBeNull();
  });

  it('refuses weights that load but give other vectors', async () => {
    // Turns the signs inside one int8 tensor (70 to 90 % of the file): still a valid ONNX file.
    const error = await openWith('onnx/vision_model_quantized.onnx', (bytes) => {
      for (let i = Math.floor(bytes.length * 0.7); i < bytes.length * 0.9; i++) bytes[i] = (bytes[i] ?? 0) ^ 0x80;
      return bytes;
    });
    expect(error).toBeInstanceOf(IntegrityError);
    expect(String(error)).toContain('image tower');
  });

  it('refuses a tokenizer that gives other tokens', async () => {
    const error = await openWith('tokenizer.json', (bytes) => bytes.toString().replace('"Lowercase"', '"NFC"').replace('[^a-z0-9]+', '[^b-z0-9]+'));
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ place: { file: `${folder}/tokenizer.json` } });
  });
});
