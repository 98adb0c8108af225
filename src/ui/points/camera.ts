/** Between the layout, whose y goes up, and the screen in CSS pixels, whose y goes down from the top left. */
import type { Camera, Viewport } from './scene.ts';

/**
 * CSS pixels per layout unit that a zoom may reach. Beyond the upper end float32 positions would step visibly: an ulp at 1 is
 * 0.01 pixels there.
 */
export const SCALES: readonly [number, number] = [20, 200_000];

/** Radii in CSS pixels between which points are drawn, whatever the zoom. */
export const RADII: readonly [number, number] = [1.5, 40];

/** Where the layout's `(x, y)` is on the screen. */
export function toScreen(camera: Camera, viewport: Viewport, x: number, y: number): readonly [number, number] {
  return [viewport.width / 2 + (x - camera.x) * camera.scale, viewport.height / 2 - (y - camera.y) * camera.scale];
}

/** What of the layout is at the screen's `(px, py)`. */
export function toLayout(camera: Camera, viewport: Viewport, px: number, py: number): readonly [number, number] {
  return [camera.x + (px - viewport.width / 2) / camera.scale, camera.y - (py - viewport.height / 2) / camera.scale];
}

/**
 * The camera that shows all positions `(n, 2)` with `padding` CSS pixels around them. Without an extent (no point, one point) the scale
 * is that of a layout over [-1, 1].
 */
export function fitCamera(positions: Float32Array, viewport: Viewport, padding: number): Camera {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at + 1 < positions.length; at += 2) {
    const [x, y] = [positions[at] as number, positions[at + 1] as number];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  if (left > right) [left, right, bottom, top] = [0, 0, 0, 0];
  const pointLike = left === right && bottom === top;
  const room = (size: number): number => Math.max(1, size - 2 * padding);
  const across = room(viewport.width) / (pointLike ? 2 : right - left);
  const upright = room(viewport.height) / (pointLike ? 2 : top - bottom);
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale: Math.min(across, upright, SCALES[1]) };
}

/** Radius in CSS pixels of a point at `zoomRelativeToFit` = scale / scale of the fitted camera; NaN counts as the least. */
export function radiusAt(radius: number, zoomRelativeToFit: number): number {
  const grown = radius * Math.sqrt(zoomRelativeToFit);
  return grown > RADII[0] ? Math.min(grown, RADII[1]) : RADII[0];
}
