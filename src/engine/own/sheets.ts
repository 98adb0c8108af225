import type { RgbaImage } from '../../encoders/images/image.ts';
import type { PreprocessConfig } from '../../encoders/preprocess/config.ts';
import { resizeAndCrop } from '../../encoders/preprocess/pipeline.ts';

/** Side of a picture on a sheet, and pictures in a row of it (see `sheetPath`). */
const CELL = 96;
const PER_ROW = 16;
const PER_SHEET = PER_ROW * PER_ROW;

/** The middle of a picture, as most models see it, on white. */
const SQUARE: PreprocessConfig = { alpha: 'white', resize: { shortestEdge: CELL }, resample: 'bicubic', crop: { width: CELL, height: CELL }, rescale: undefined, normalise: undefined };

/** Lays small pictures out on sheets as they come; one sheet at a time is in memory, whole sheets only as WebP. */
export class SheetMaker {
  readonly #encode: (image: RgbaImage) => Promise<Uint8Array>;
  readonly #sheets: Uint8Array[] = [];
  #pixels = blank(PER_ROW);
  #count = 0;

  constructor(encode: (image: RgbaImage) => Promise<Uint8Array>) {
    this.#encode = encode;
  }

  /** Adds the next picture. */
  async add(image: RgbaImage): Promise<void> {
    const { data } = resizeAndCrop(image, SQUARE);
    const at = this.#count % PER_SHEET;
    const [left, top] = [(at % PER_ROW) * CELL, Math.floor(at / PER_ROW) * CELL];
    for (let y = 0; y < CELL; y++) {
      for (let x = 0; x < CELL; x++) {
        const to = 4 * ((top + y) * PER_ROW * CELL + left + x);
        const from = 3 * (y * CELL + x);
        this.#pixels.set(data.subarray(from, from + 3), to);
      }
    }
    this.#count += 1;
    if (this.#count % PER_SHEET === 0) await this.#close(PER_ROW);
  }

  /** All sheets; the last one is as high as it has to be. */
  async finish(): Promise<readonly Uint8Array[]> {
    const rest = this.#count % PER_SHEET;
    if (rest > 0) await this.#close(Math.ceil(rest / PER_ROW));
    return this.#sheets;
  }

  async #close(rows: number): Promise<void> {
    const width = PER_ROW * CELL;
    this.#sheets.push(await this.#encode({ width, height: rows * CELL, data: this.#pixels.subarray(0, 4 * width * rows * CELL) }));
    this.#pixels = blank(PER_ROW);
  }
}

function blank(rows: number): Uint8ClampedArray<ArrayBuffer> {
  return new Uint8ClampedArray(4 * PER_ROW * CELL * rows * CELL).fill(255);
}
