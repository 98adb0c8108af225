import { DRAW_EVENT } from '../../figures/figure-svg.ts';
import { radiusAt } from '../camera.ts';
import { backingOf, LINE_HALF, resize, type Backing } from '../outlines.ts';
import type { PointRenderer } from '../point-renderer.ts';
import type { Camera, Viewport } from '../scene.ts';
import { visibleScene, type VisibleScene } from '../visible.ts';
import { PixelFrame } from './pixels.ts';

/** Side of a canvas that every browser can have. */
const MOST = 8192;
/** A renderer on the 2D canvas: lines are paths, points are blended in memory and laid over them. */
export function createCanvasRenderer(canvas: HTMLCanvasElement): PointRenderer {
  const context = canvas.getContext('2d');
  let scene: VisibleScene | null = null;
  let frame: { camera: Camera; viewport: Viewport; fitScale: number } | null = null;
  const layer = document.createElement('canvas');
  let pixels: PixelFrame | null = null;
  let ratio = 0;

  const draw = (): void => {
    if (context === null || scene === null || frame === null) return;
    const { camera, viewport, fitScale } = frame;
    const backing = backingOf(viewport, MOST);
    resize(canvas, backing);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, backing.width, backing.height);
    drawLines(context, scene.lines, camera, backing);
    if (pixels?.width !== backing.width || pixels.height !== backing.height || ratio !== backing.ratio) {
      pixels = new PixelFrame(backing.width, backing.height, backing.ratio);
      ratio = backing.ratio;
      resize(layer, backing);
    }
    pixels.clear();
    stampPoints(pixels, scene, camera, backing, camera.scale / fitScale);
    layer.getContext('2d')?.putImageData(pixels.toImage(), 0, 0);
    context.drawImage(layer, 0, 0);
  };
  canvas.addEventListener(DRAW_EVENT, draw);
  return {
    backend: 'canvas',
    adapter: null,
    setScene(next) { scene = visibleScene(next); },
    draw(camera, viewport, fitScale) {
      frame = { camera, viewport, fitScale };
      draw();
    },
    dispose() { canvas.removeEventListener(DRAW_EVENT, draw); },
  };
}

/** Lines of one colour as one path. */
function drawLines(context: CanvasRenderingContext2D, { count, ends, colours }: VisibleScene['lines'], camera: Camera, backing: Backing): void {
  const place = placing(camera, backing);
  context.lineWidth = 2 * LINE_HALF * backing.ratio;
  for (let from = 0; from < count; ) {
    const colour = colours[from] as number;
    context.beginPath();
    let l = from;
    for (; l < count && colours[l] === colour; l++) {
      context.moveTo(...place(ends[4 * l] as number, ends[4 * l + 1] as number));
      context.lineTo(...place(ends[4 * l + 2] as number, ends[4 * l + 3] as number));
    }
    context.strokeStyle = cssColour(colour);
    context.stroke();
    from = l;
  }
}

function stampPoints(pixels: PixelFrame, { count, positions, radii, colours, shapes }: VisibleScene, camera: Camera, { width, height, ratio }: Backing, zoom: number): void {
  // Plain arithmetic: with a million points a pair of numbers for each would be most of the time.
  const scale = camera.scale * ratio;
  const [left, top] = [width / 2 - camera.x * scale, height / 2 + camera.y * scale];
  for (let i = 0; i < count; i++) {
    const radius = radiusAt(radii[i] as number, zoom) * ratio;
    const x = left + (positions[2 * i] as number) * scale;
    const y = top - (positions[2 * i + 1] as number) * scale;
    if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
    pixels.stamp(x, y, radius, shapes[i] as number, colours[i] as number);
  }
}

function placing(camera: Camera, { width, height, ratio }: Backing): (x: number, y: number) => [number, number] {
  const scale = camera.scale * ratio;
  return (x, y) => [width / 2 + (x - camera.x) * scale, height / 2 - (y - camera.y) * scale];
}

/** Bytes R, G, B, A as CSS writes them. */
function cssColour(rgba: number): string {
  return `rgba(${rgba & 255}, ${(rgba >> 8) & 255}, ${(rgba >> 16) & 255}, ${((rgba >>> 24) / 255).toFixed(4)})`;
}
