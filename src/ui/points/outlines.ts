/** What both backends draw, in device pixels: they differ by rounding only. */
import type { Viewport } from './scene.ts';

export const SQUARE = 1;
export const RING = 2;

/** Half a square's side for each unit of radius: a square covers as much as a disc of its radius. */
export const SQUARE_HALF = Math.sqrt(Math.PI) / 2;

/** A ring's stroke as a share of its radius, and at least so many CSS pixels; it lies within the radius. */
export const RING_SHARE = 0.4;
export const RING_LEAST = 1.25;

/** Half a line's width in CSS pixels. */
export const LINE_HALF = 0.5;

/** A canvas's size in device pixels, and the device pixels per CSS pixel that it has. */
export interface Backing {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** The backing of a canvas; coarser than asked where a side would exceed `most`. */
export function backingOf(viewport: Viewport, most: number): Backing {
  const ratio = Math.min(viewport.ratio, most / Math.max(1, viewport.width, viewport.height));
  const side = (size: number): number => Math.min(most, Math.max(1, Math.round(size * ratio)));
  return { width: side(viewport.width), height: side(viewport.height), ratio };
}

/** Makes the canvas that large; setting a size clears it, even to what it was. */
export function resize(canvas: HTMLCanvasElement | OffscreenCanvas, { width, height }: Backing): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
