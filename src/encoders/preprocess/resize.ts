import { FILTERS, PRECISION_BITS, type Resample, resampleTaps, type Taps } from './filters.ts';

/** Rows of 8-bit RGB, read one at a time so that no second copy of a large photo is made. */
export interface RgbRows {
  readonly width: number;
  readonly height: number;
  /** Writes row `y` into `into` `(width, 3)`. */
  readonly readRow: (y: number, into: Uint8Array) => void;
}

/** Part of a resized image, in its pixels. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const HALF = 1 << (PRECISION_BITS - 1);

/**
 * The `window` `(window.height, window.width, 3)` of `source` resized to `width × height`, bit for bit as Pillow's
 * `Image.resize` gives it in 8-bit mode: horizontal pass first, rounded to 8 bits, then the vertical pass; a pass whose
 * size does not change is skipped. Only rows and columns that the window needs are computed, and each input row is added
 * to the output rows it touches and forgotten, so memory is that of the window. The window must lie inside the resized image.
 */
export function resizeWindow(source: RgbRows, width: number, height: number, window: Window, resample: Resample): Uint8Array {
  if (resample === 'nearest') return nearest(source, width, height, window);
  const filter = FILTERS[resample];
  const across = source.width === width ? undefined : resampleTaps(source.width, width, filter, window.left, window.width);
  const down = source.height === height ? undefined : resampleTaps(source.height, height, filter, window.top, window.height);
  const full = new Uint8Array(source.width * 3);
  const row = new Uint8Array(window.width * 3);
  const readRow = (y: number): Uint8Array => {
    source.readRow(y, full);
    if (across === undefined) return full.subarray(window.left * 3, (window.left + window.width) * 3);
    resampleRow(full, across, row);
    return row;
  };
  if (down !== undefined) return resampleRows(readRow, down, window);
  const out = new Uint8Array(window.width * window.height * 3);
  for (let y = 0; y < window.height; y++) out.set(readRow(window.top + y), y * row.length);
  return out;
}

function resampleRow(full: Uint8Array, { first, length, weights, stride }: Taps, row: Uint8Array): void {
  for (let x = 0; x < first.length; x++) {
    let red = HALF;
    let green = HALF;
    let blue = HALF;
    let from = (first[x] ?? 0) * 3;
    const start = x * stride;
    const end = start + (length[x] ?? 0);
    for (let t = start; t < end; t++, from += 3) {
      const weight = weights[t] ?? 0;
      red += weight * (full[from] ?? 0);
      green += weight * (full[from + 1] ?? 0);
      blue += weight * (full[from + 2] ?? 0);
    }
    row[x * 3] = clip8(red);
    row[x * 3 + 1] = clip8(green);
    row[x * 3 + 2] = clip8(blue);
  }
}

/** Vertical pass by scattering: sums of integers, so the order of addition does not matter. */
function resampleRows(readRow: (y: number) => Uint8Array, { first, length, weights, stride }: Taps, window: Window): Uint8Array {
  const rowLength = window.width * 3;
  const sums = new Int32Array(rowLength * window.height).fill(HALF);
  const end = (i: number): number => (first[i] ?? 0) + (length[i] ?? 0);
  const lastRow = end(window.height - 1);
  let oldest = 0;
  for (let y = first[0] ?? 0; y < lastRow; y++) {
    const row = readRow(y);
    while (end(oldest) <= y) oldest++;
    for (let i = oldest; i < window.height && (first[i] ?? 0) <= y; i++) {
      const weight = weights[i * stride + y - (first[i] ?? 0)] ?? 0;
      const to = i * rowLength;
      for (let x = 0; x < rowLength; x++) sums[to + x] = (sums[to + x] ?? 0) + weight * (row[x] ?? 0);
    }
  }
  return Uint8Array.from(sums, clip8);
}

function clip8(sum: number): number {
  return Math.min(255, Math.max(0, sum >> PRECISION_BITS));
}

/** Pillow's nearest neighbour (ImagingScaleAffine): positions accumulate in float64, as there. */
function nearest(source: RgbRows, width: number, height: number, window: Window): Uint8Array {
  const columns = nearestPositions(source.width, width, window.left, window.width);
  const rows = nearestPositions(source.height, height, window.top, window.height);
  const full = new Uint8Array(source.width * 3);
  const out = new Uint8Array(window.width * window.height * 3);
  rows.forEach((y, row) => {
    source.readRow(y, full);
    columns.forEach((x, column) => {
      out.set(full.subarray(x * 3, x * 3 + 3), (row * window.width + column) * 3);
    });
  });
  return out;
}

function nearestPositions(inSize: number, outSize: number, from: number, count: number): Int32Array {
  const step = inSize / outSize;
  const positions = new Int32Array(count);
  let at = step * 0.5;
  for (let i = 0; i < from + count; i++, at += step) {
    if (i >= from) positions[i - from] = Math.min(inSize - 1, Math.trunc(at));
  }
  return positions;
}
