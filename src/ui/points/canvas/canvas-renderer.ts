import { DRAW_EVENT } from '../../figures/figure-svg.ts';
import { radiusAt } from '../camera.ts';
import { backingOf, LINE_HALF, resize, RING, RING_LEAST, RING_SHARE, SQUARE, SQUARE_HALF, type Backing } from '../outlines.ts';
import type { PointRenderer } from '../point-renderer.ts';
import type { Camera, Viewport } from '../scene.ts';
import { visibleScene, type VisibleScene } from '../visible.ts';

/** Side of a canvas that every browser can have. */
const MOST = 8192;
/** Radii that points are drawn at differ by so many device pixels: those of one colour and size share a picture. */
const SIZE_STEP = 0.5;
/** Pictures that are kept; beyond, shapes are drawn one by one. */
const MOST_SPRITES = 4096;

/** A renderer on the 2D canvas: every point is a copy of a small picture of its shape, size and colour. */
export function createCanvasRenderer(canvas: HTMLCanvasElement): PointRenderer {
  const context = canvas.getContext('2d');
  let scene: VisibleScene | null = null;
  let frame: { camera: Camera; viewport: Viewport; fitScale: number } | null = null;
  const sprites = new Map<number, HTMLCanvasElement>();

  const draw = (): void => {
    if (context === null || scene === null || frame === null) return;
    const { camera, viewport, fitScale } = frame;
    const backing = backingOf(viewport, MOST);
    resize(canvas, backing);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, backing.width, backing.height);
    drawLines(context, scene.lines, camera, backing);
    drawPoints(context, scene, camera, backing, camera.scale / fitScale, sprites);
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

function drawPoints(context: CanvasRenderingContext2D, { count, positions, radii, colours, shapes }: VisibleScene, camera: Camera, backing: Backing, zoom: number, sprites: Map<number, HTMLCanvasElement>): void {
  const place = placing(camera, backing);
  for (let i = 0; i < count; i++) {
    const radius = radiusAt(radii[i] as number, zoom) * backing.ratio;
    const [x, y] = place(positions[2 * i] as number, positions[2 * i + 1] as number);
    if (x < -radius || y < -radius || x > backing.width + radius || y > backing.height + radius) continue;
    const sprite = spriteOf(radius, shapes[i] as number, colours[i] as number, backing.ratio, sprites);
    context.drawImage(sprite, x - sprite.width / 2, y - sprite.height / 2);
  }
}

function placing(camera: Camera, { width, height, ratio }: Backing): (x: number, y: number) => [number, number] {
  const scale = camera.scale * ratio;
  return (x, y) => [width / 2 + (x - camera.x) * scale, height / 2 - (y - camera.y) * scale];
}

/** The picture of a point, centred; made once. */
function spriteOf(radius: number, shape: number, colour: number, ratio: number, sprites: Map<number, HTMLCanvasElement>): HTMLCanvasElement {
  const size = Math.round(radius / SIZE_STEP);
  const key = (size * 4 + shape) * 2 ** 32 + colour;
  const known = sprites.get(key);
  if (known !== undefined) return known;
  if (sprites.size >= MOST_SPRITES) sprites.clear();
  const r = size * SIZE_STEP;
  const made = document.createElement('canvas');
  made.width = made.height = 2 * Math.ceil(r + 1);
  const context = made.getContext('2d');
  if (context !== null) drawShape(context, made.width / 2, r, shape, colour, ratio);
  sprites.set(key, made);
  return made;
}

function drawShape(context: CanvasRenderingContext2D, centre: number, r: number, shape: number, colour: number, ratio: number): void {
  context.fillStyle = context.strokeStyle = cssColour(colour);
  if (shape === SQUARE) {
    const half = r * SQUARE_HALF;
    context.fillRect(centre - half, centre - half, 2 * half, 2 * half);
    return;
  }
  const stroke = Math.min(r, Math.max(r * RING_SHARE, RING_LEAST * ratio));
  context.beginPath();
  context.arc(centre, centre, shape === RING ? r - stroke / 2 : r, 0, 2 * Math.PI);
  context.lineWidth = stroke;
  if (shape === RING) context.stroke();
  else context.fill();
}

/** Bytes R, G, B, A as CSS writes them. */
function cssColour(rgba: number): string {
  return `rgba(${rgba & 255}, ${(rgba >> 8) & 255}, ${(rgba >> 16) & 255}, ${((rgba >>> 24) / 255).toFixed(4)})`;
}
