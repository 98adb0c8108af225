import { modalitySide } from '../modality.ts';

/** Concepts at their places in pixels, as parallel arrays, by x, then y, then number: the order of the arrow keys. */
export interface ConceptPoints {
  readonly concepts: readonly number[];
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A rectangle in pixels, its corners in any order. */
export interface Rectangle {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** The concepts that have a place on both axes; the others (NaN) are left out. */
export function placeConcepts(concepts: readonly number[], x: (concept: number) => number, y: (concept: number) => number): ConceptPoints {
  const placed = concepts
    .map((concept) => ({ concept, x: x(concept), y: y(concept) }))
    .filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y))
    .sort((a, b) => a.x - b.x || a.y - b.y || a.concept - b.concept);
  return { concepts: placed.map((p) => p.concept), x: Float64Array.from(placed, (p) => p.x), y: Float64Array.from(placed, (p) => p.y) };
}

/** The concepts inside a rectangle, its edges included, in the points' order. */
export function conceptsInside({ concepts, x, y }: ConceptPoints, { x0, y0, x1, y1 }: Rectangle): number[] {
  const [left, right, top, bottom] = [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)];
  return concepts.filter((_, p) => {
    const [px, py] = [x[p] ?? Number.NaN, y[p] ?? Number.NaN];
    return px >= left && px <= right && py >= top && py <= bottom;
  });
}

/** Index of the point nearest to a place, if one is within `reach` pixels; else null. */
export function nearestPoint({ x, y }: ConceptPoints, atX: number, atY: number, reach: number): number | null {
  let best: number | null = null;
  let least = reach * reach;
  for (let p = 0; p < x.length; p++) {
    const squared = ((x[p] ?? 0) - atX) ** 2 + ((y[p] ?? 0) - atY) ** 2;
    if (squared > least || (best !== null && squared === least)) continue;
    best = p;
    least = squared;
  }
  return best;
}

/** Marks as three SVG paths: squares of image concepts, rings of text concepts, dots of those that both share. */
export interface MarkPaths {
  readonly images: string;
  readonly texts: string;
  readonly both: string;
}

/** More points than this are drawn smaller. */
const MANY = 4000;

/** The marks of the points, of those in `only` where it is given; one path a shape, so that 100 000 points are three elements. */
export function markPaths({ concepts, x, y }: ConceptPoints, modality: ArrayLike<number>, only: ReadonlySet<number> | null): MarkPaths {
  const r = concepts.length > MANY ? 1.5 : 2.5;
  const paths: Record<keyof MarkPaths, string[]> = { images: [], texts: [], both: [] };
  for (const [p, concept] of concepts.entries()) {
    if (only?.has(concept) === false) continue;
    const [px, py] = [x[p] ?? 0, y[p] ?? 0];
    const side = modalitySide(modality[concept] ?? null);
    paths[side].push(side === 'images' ? square(px, py, r) : circle(px, py, r));
  }
  return { images: paths.images.join(''), texts: paths.texts.join(''), both: paths.both.join('') };
}

function square(x: number, y: number, r: number): string {
  return `M${(x - r).toFixed(1)},${(y - r).toFixed(1)}h${String(2 * r)}v${String(2 * r)}h${String(-2 * r)}z`;
}

function circle(x: number, y: number, r: number): string {
  const [radius, across] = [String(r), String(2 * r)];
  return `M${(x - r).toFixed(1)},${y.toFixed(1)}a${radius},${radius} 0 1,0 ${across},0a${radius},${radius} 0 1,0 -${across},0z`;
}
