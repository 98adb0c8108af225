import type { PointScene } from './scene.ts';

/** The points and lines of a scene that are drawn, close together: what has no position or no alpha is left out. */
export interface VisibleScene {
  readonly count: number;
  readonly positions: Float32Array;
  readonly radii: Float32Array;
  readonly colours: Uint32Array;
  readonly shapes: Uint32Array;
  readonly lines: { readonly count: number; /** (m, 4) x0, y0, x1, y1 */ readonly ends: Float32Array; readonly colours: Uint32Array };
}

/** Packs what of a scene is drawn; order stays, so that later points lie above earlier ones. */
export function visibleScene({ positions, radii, colours, shapes, lines }: PointScene): VisibleScene {
  const placed = (i: number): boolean => Number.isFinite(positions[2 * i]) && Number.isFinite(positions[2 * i + 1]);
  const numbers = new Uint32Array(radii.length);
  let count = 0;
  for (let i = 0; i < radii.length; i++) if ((colours[i] as number) >>> 24 > 0 && placed(i)) numbers[count++] = i;
  const out = { positions: new Float32Array(2 * count), radii: new Float32Array(count), colours: new Uint32Array(count), shapes: new Uint32Array(count) };
  for (let n = 0; n < count; n++) {
    const i = numbers[n] as number;
    out.positions[2 * n] = positions[2 * i] as number;
    out.positions[2 * n + 1] = positions[2 * i + 1] as number;
    out.radii[n] = radii[i] as number;
    out.colours[n] = colours[i] as number;
    out.shapes[n] = shapes[i] as number;
  }
  return { count, ...out, lines: visibleLines(positions, placed, lines) };
}

function visibleLines(positions: Float32Array, placed: (i: number) => boolean, lines: PointScene['lines']): VisibleScene['lines'] {
  if (lines === null) return { count: 0, ends: new Float32Array(0), colours: new Uint32Array(0) };
  const [ends, colours] = [new Float32Array(2 * lines.ends.length), new Uint32Array(lines.colours.length)];
  let count = 0;
  for (let l = 0; l < lines.colours.length; l++) {
    const [a, b] = [lines.ends[2 * l] as number, lines.ends[2 * l + 1] as number];
    if ((lines.colours[l] as number) >>> 24 === 0 || !placed(a) || !placed(b)) continue;
    ends.set([positions[2 * a] as number, positions[2 * a + 1] as number, positions[2 * b] as number, positions[2 * b + 1] as number], 4 * count);
    colours[count++] = lines.colours[l] as number;
  }
  return { count, ends: ends.subarray(0, 4 * count), colours: colours.subarray(0, count) };
}
