import type { Camera, PointScene, Viewport } from './scene.ts';

/** Draws a scene on one canvas. A figure's export asks the canvas to draw itself again; it does. */
export interface PointRenderer {
  readonly backend: 'webgpu' | 'canvas';
  /** Name of the adapter; null without one. */
  readonly adapter: string | null;
  setScene(scene: PointScene): void;
  /** `fitScale` is the scale at which the whole is in view; radii grow with the square root of the zoom from there. */
  draw(camera: Camera, viewport: Viewport, fitScale: number): void;
  dispose(): void;
}
