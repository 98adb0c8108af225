import { RING, RING_LEAST, RING_SHARE, SQUARE, SQUARE_HALF } from '../outlines.ts';

/** Points up to this radius, in device pixels, are placed to a quarter of a pixel; larger ones to a whole one, which nobody sees. */
const FINE_RADIUS = 8;
const FINE_STEPS = 4;
/** Radii differ by so many device pixels: points of one shape and size share a stamp. */
const SIZE_STEP = 0.5;

/** How much of each pixel a shape covers, `(side, side)`, 0 … 255. */
interface Stamp {
  readonly side: number;
  readonly cover: Uint8Array;
}

/** A frame in memory, `(height, width)` of premultiplied R, G, B, A bytes: points are blended here, far faster than by canvas calls. */
export class PixelFrame {
  readonly width: number;
  readonly height: number;
  readonly #bytes: Uint8ClampedArray<ArrayBuffer>;
  readonly #words: Uint32Array;
  readonly #stamps = new Map<number, Stamp>();
  readonly #leastStroke: number;

  /** `ratio` is the device pixels per CSS pixel: rings' strokes have a least width on the screen. */
  constructor(width: number, height: number, ratio: number) {
    this.width = width;
    this.height = height;
    this.#bytes = new Uint8ClampedArray(4 * width * height);
    this.#words = new Uint32Array(this.#bytes.buffer);
    this.#leastStroke = RING_LEAST * ratio;
  }

  clear(): void {
    this.#words.fill(0);
  }

  /** Lays a point over what is there; `x`, `y`, `radius` in device pixels, `colour` bytes R, G, B, A. What lies outside is cut. */
  stamp(x: number, y: number, radius: number, shape: number, colour: number): void {
    const size = Math.max(1, Math.round(radius / SIZE_STEP));
    const steps = size * SIZE_STEP <= FINE_RADIUS ? FINE_STEPS : 1;
    // Centre and its part within the pixel, in steps.
    const [column, row] = [Math.round(x * steps), Math.round(y * steps)];
    const [left, top] = [Math.floor(column / steps), Math.floor(row / steps)];
    const { side, cover } = this.#stampOf(size, shape, column - left * steps, row - top * steps, steps);
    const [x0, y0] = [left - (side >> 1), top - (side >> 1)];
    const [from, to] = [Math.max(0, -x0), Math.min(side, this.width - x0)];
    const bytes = this.#bytes;
    const [r, g, b, alpha] = [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255, colour >>> 24];
    for (let v = Math.max(0, -y0), end = Math.min(side, this.height - y0); v < end; v++) {
      let at = 4 * ((y0 + v) * this.width + x0 + from);
      for (let u = from; u < to; u++, at += 4) {
        const covered = cover[v * side + u] as number;
        if (covered === 0) continue;
        const a = (covered * alpha) / 65_025;
        const rest = 1 - a;
        bytes[at] = r * a + (bytes[at] as number) * rest;
        bytes[at + 1] = g * a + (bytes[at + 1] as number) * rest;
        bytes[at + 2] = b * a + (bytes[at + 2] as number) * rest;
        bytes[at + 3] = 255 * a + (bytes[at + 3] as number) * rest;
      }
    }
  }

  /** The frame as a canvas takes it, alpha not premultiplied. */
  toImage(): ImageData {
    const out = new Uint8ClampedArray(this.#bytes);
    for (let w = 0; w < this.#words.length; w++) {
      const alpha = (this.#words[w] as number) >>> 24;
      if (alpha === 0 || alpha === 255) continue;
      const by = 255 / alpha;
      out[4 * w] = (out[4 * w] as number) * by;
      out[4 * w + 1] = (out[4 * w + 1] as number) * by;
      out[4 * w + 2] = (out[4 * w + 2] as number) * by;
    }
    return new ImageData(out, this.width, this.height);
  }

  #stampOf(size: number, shape: number, dx: number, dy: number, steps: number): Stamp {
    const key = ((size * 4 + shape) * FINE_STEPS + dx) * FINE_STEPS + dy;
    let stamp = this.#stamps.get(key);
    if (stamp === undefined) this.#stamps.set(key, (stamp = makeStamp(size * SIZE_STEP, shape, dx / steps, dy / steps, this.#leastStroke)));
    return stamp;
  }
}

/** The same coverage as points.wgsl's: half a pixel of soft edge on either side of the outline. */
function makeStamp(radius: number, shape: number, dx: number, dy: number, leastStroke: number): Stamp {
  const half = Math.ceil(radius + 1);
  const side = 2 * half + 1;
  const cover = new Uint8Array(side * side);
  const stroke = Math.max(radius * RING_SHARE, leastStroke);
  for (let v = 0; v < side; v++) {
    for (let u = 0; u < side; u++) {
      // From the shape's centre to the pixel's.
      const [x, y] = [u - half + 0.5 - dx, v - half + 0.5 - dy];
      const distance = Math.hypot(x, y);
      let inside = radius - distance;
      if (shape === SQUARE) inside = radius * SQUARE_HALF - Math.max(Math.abs(x), Math.abs(y));
      else if (shape === RING) inside = Math.min(inside, distance - (radius - stroke));
      cover[v * side + u] = Math.round(255 * Math.min(1, Math.max(0, inside + 0.5)));
    }
  }
  return { side, cover };
}
