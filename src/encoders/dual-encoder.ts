import { CancelledError, InputError, IntegrityError } from '../core/errors.ts';
import { normaliseRows } from '../core/metrics.ts';
import { matrix, type Matrix } from '../core/tensor.ts';
import type { RgbaImage } from './images/image.ts';
import { whyHopeless } from './measure.ts';
import type { KnownModel } from './models.ts';
import type { BackendChoice, EmbedOptions, Encoder, ResidentEmbedding, TowerName, TowerStatus } from './port.ts';
import type { PreprocessConfig } from './preprocess/config.ts';
import { preprocessImage } from './preprocess/pipeline.ts';
import type { Queue } from './queue.ts';
import type { SelfTest } from './self-test.ts';
import type { Runtime } from './session.ts';
import type { Tokenizer } from './tokenizer.ts';
import { cutTokens, padTokens } from './tokens.ts';
import { Tower } from './tower.ts';
import type { FeedMaker } from './tower-parts.ts';
import { messageOf } from './trial.ts';

/** Everything about a model that has been read; its towers are opened from it. */
export interface EncoderParts {
  readonly id: string;
  /** What messages call the model's folder. */
  readonly label: string;
  readonly model: KnownModel;
  readonly preprocess: PreprocessConfig;
  readonly tokenizer: Tokenizer;
  readonly selfTest: SelfTest | null;
  readonly runtime: Runtime;
  readonly queue: Queue;
  readonly lastResort: () => Promise<GPUDevice | null>;
  readonly onStatus: (tower: TowerName, status: TowerStatus) => void;
}

/** Items of one model run: enough to use the vector units, few enough that a probe never waits long for its turn. */
const BATCH = { image: 8, text: 32 } as const;
/** On WebGPU texts are padded to a multiple of this (see `padTokens`). */
const TEXT_STEP_GPU = 8;

/** The encoder over its two towers. */
export class DualEncoder implements Encoder {
  readonly id: string;
  readonly dim: number;
  readonly #parts: EncoderParts;
  readonly #towers: Readonly<Record<TowerName, Tower>>;

  private constructor(parts: EncoderParts, image: Tower, text: Tower) {
    this.id = parts.id;
    this.dim = parts.model.dim;
    this.#parts = parts;
    this.#towers = { image, text };
  }

  /**
   * Opens both towers on the processor; what they download comes in while the tokenizer does. Throws as `Tower.open`, and
   * IntegrityError when the tokenizer fails its self-test.
   */
  static async open(files: Omit<EncoderParts, 'tokenizer'>, tokenizer: Promise<Tokenizer>): Promise<DualEncoder> {
    const { label, selfTest, model } = files;
    const open = (name: TowerName, feeds: FeedMaker): Promise<Tower> =>
      Tower.open({
        name,
        label: `${label} (${name} tower)`,
        runtime: files.runtime,
        queue: files.queue,
        output: `${name}_embeds`,
        dim: model.dim,
        dtypes: model.dtypes,
        test: { feeds, expected: selfTest?.[name].embedding ?? null },
        lastResort: files.lastResort,
        onStatus: (status) => {
          files.onStatus(name, status);
        },
      });
    const openText = async (): Promise<[EncoderParts, Tower]> => {
      const parts = { ...files, tokenizer: await tokenizer };
      return [parts, await open('text', textFeeds(parts, [testTokens(parts)]))];
    };
    const picture = selfTest?.image.picture ?? GREY;
    const [image, [parts, text]] = await Promise.all([open('image', imageFeeds(files, [picture])), openText()]);
    return new DualEncoder(parts, image, text);
  }

  get imageTower(): TowerStatus {
    return this.#towers.image.status;
  }

  get textTower(): TowerStatus {
    return this.#towers.text.status;
  }

  embedImages(images: readonly RgbaImage[], options: EmbedOptions = {}): Promise<Matrix> {
    return this.#embed('image', images.length, (start, end) => imageFeeds(this.#parts, images.slice(start, end)), options);
  }

  embedTexts(texts: readonly string[], options: EmbedOptions = {}): Promise<Matrix> {
    return this.#embed('text', texts.length, (start, end) => textFeeds(this.#parts, this.#tokens(texts.slice(start, end))), options);
  }

  canRead(text: string): boolean {
    const { tokenizer } = this.#parts;
    // What every text has, and what a character of no script comes out as: the unknown-token, where there is one.
    const empty = new Set([...tokenizer.encode(''), ...tokenizer.encode('\uE000')]);
    return tokenizer.encode(text).some((id) => !empty.has(id));
  }

  embedImagesResident(images: readonly RgbaImage[]): Promise<ResidentEmbedding | null> {
    return this.#embedResident('image', images.length, (start, end) => imageFeeds(this.#parts, images.slice(start, end)));
  }

  embedTextsResident(texts: readonly string[]): Promise<ResidentEmbedding | null> {
    return this.#embedResident('text', texts.length, (start, end) => textFeeds(this.#parts, this.#tokens(texts.slice(start, end))));
  }

  async chooseBackends(device: GPUDevice | null, remembered?: BackendChoice): Promise<BackendChoice> {
    const { runtime, queue } = this.#parts;
    const { openBytes } = runtime;
    if (device === null || openBytes === null) {
      for (const tower of Object.values(this.#towers)) await tower.stay('no-webgpu', null);
      return this.#choice();
    }
    // Asked once for both towers, and only when one of them is to be compared.
    let hopeless: Promise<{ why: 'webgpu-slower' | 'webgpu-failed'; detail: string } | null> | undefined;
    for (const name of ['image', 'text'] as const) {
      const tower = this.#towers[name];
      if (remembered !== undefined && remembered[name] !== 'webgpu') {
        await tower.stay('remembered', null);
        continue;
      }
      const forced = remembered !== undefined;
      if (!forced) {
        hopeless ??= whyHopeless(runtime.tensor, openBytes, queue, device).then(
          (detail) => (detail === null ? null : { why: 'webgpu-slower', detail }),
          (error: unknown) => ({ why: 'webgpu-failed', detail: messageOf(error) }),
        );
        const verdict = await hopeless;
        if (verdict !== null) {
          await tower.stay(verdict.why, verdict.detail);
          continue;
        }
      }
      await tower.challenge(device, forced);
    }
    return this.#choice();
  }

  async recover(device: GPUDevice | null): Promise<void> {
    const towers = Object.values(this.#towers);
    // A run that met the loss has already moved its tower, and said so.
    const moved = towers.filter((tower) => tower.device !== null || tower.status.why === 'device-lost');
    await Promise.all(moved.map((tower) => tower.loseDevice()));
    if (device !== null) for (const tower of moved) await tower.challenge(device, true);
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.#towers).map((tower) => tower.dispose()));
  }

  #choice(): BackendChoice {
    return { image: this.imageTower.backend, text: this.textTower.backend };
  }

  #tokens(texts: readonly string[]): (readonly number[])[] {
    const { tokenizer, model } = this.#parts;
    return texts.map((text) => cutTokens(tokenizer.encode(text), model.text));
  }

  async #embed(name: TowerName, count: number, feeds: (start: number, end: number) => FeedMaker, options: EmbedOptions): Promise<Matrix> {
    const result = matrix(count, this.dim);
    for (let start = 0; start < count; start += BATCH[name]) {
      const end = Math.min(count, start + BATCH[name]);
      if (options.signal?.aborted === true) throw new CancelledError();
      const raw = await this.#towers[name].run(feeds(start, end), end - start);
      result.data.set(this.#unit(name, matrix(end - start, this.dim, raw)).data, start * this.dim);
      options.onProgress?.(end, count);
    }
    return result;
  }

  #unit(name: TowerName, raw: Matrix): Matrix {
    try {
      return normaliseRows(raw);
    } catch (error) {
      throw error instanceof InputError ? error.inFile(`${this.#parts.label} (${name} tower)`) : error;
    }
  }

  async #embedResident(name: TowerName, count: number, feeds: (start: number, end: number) => FeedMaker): Promise<ResidentEmbedding | null> {
    const tower = this.#towers[name];
    const { device } = tower;
    if (device === null || count === 0) return null;
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const size = count * this.dim * 4;
    const buffer = device.createBuffer({ label: `${name} embeddings`, size, usage: STORAGE | COPY_SRC | COPY_DST });
    let complete = true;
    try {
      for (let start = 0; complete && start < count; start += BATCH[name]) {
        const end = Math.min(count, start + BATCH[name]);
        complete = await tower.runResident(feeds(start, end), end - start, device, buffer, start);
      }
    } catch (error) {
      buffer.destroy();
      throw error;
    }
    if (!complete) {
      buffer.destroy();
      return null;
    }
    return {
      buffer,
      rows: count,
      cols: this.dim,
      release: () => {
        buffer.destroy();
      },
    };
  }
}

/** Measures a model that brings no test picture. */
const GREY: RgbaImage = { width: 1, height: 1, data: new Uint8ClampedArray([128, 128, 128, 255]) };

/** Tokens of the test text. Throws IntegrityError when they are not those that were stored. */
function testTokens({ label, selfTest, tokenizer, model }: EncoderParts): readonly number[] {
  const text = selfTest?.text.text ?? 'a picture';
  const ids = cutTokens(tokenizer.encode(text), model.text);
  if (selfTest !== null && ids.join() !== selfTest.text.ids.join()) {
    const fix = 'The file may be damaged; load it again.';
    throw new IntegrityError(`gives other tokens for "${text}" than it should.`, { file: `${label}/tokenizer.json`, fix });
  }
  return ids;
}

/** `pixel_values` `(n, 3, H, W)`. Throws InputError when the pictures do not come out at one size. */
function imageFeeds({ label, preprocess, runtime }: Omit<EncoderParts, 'tokenizer'>, images: readonly RgbaImage[]): FeedMaker {
  const pictures = images.map((image) => preprocessImage(image, preprocess));
  const [{ width, height } = { width: 0, height: 0 }] = pictures;
  const values = new Float32Array(images.length * 3 * width * height);
  pictures.forEach((picture, i) => {
    if (picture.width !== width || picture.height !== height) {
      throw new InputError('pictures of different shapes come out at different sizes.', {
        file: `${label}/preprocessor_config.json`,
        field: 'do_center_crop',
        fix: 'Use a model that crops its pictures to one size.',
      });
    }
    values.set(picture.data, i * 3 * width * height);
  });
  return () => ({ pixel_values: runtime.tensor('float32', values, [images.length, 3, height, width]) });
}

/** `input_ids` and, where the model takes it, `attention_mask`, `(n, length)`. */
function textFeeds({ model, tokenizer, runtime }: EncoderParts, rows: readonly (readonly number[])[]): FeedMaker {
  return (backend, session) => {
    const step = backend === 'webgpu' ? TEXT_STEP_GPU : 1;
    const batch = padTokens(rows, tokenizer.padId, step, model.text.maxTokens);
    const dims = [batch.rows, batch.length];
    const input_ids = runtime.tensor('int64', batch.ids, dims);
    return session.inputNames.includes('attention_mask') ? { input_ids, attention_mask: runtime.tensor('int64', batch.mask, dims) } : { input_ids };
  };
}
