import { modalitySide } from '../modality.ts';
import { withOpacity } from './colours.ts';
import { pointRadius, SAMPLE_RADIUS } from './point-size.ts';
import type { Rgb } from './rgb.ts';

/** What the map draws as points; arrays by point number. */
export interface MapPoints {
  readonly positions: Float32Array;
  /** In pixels while the whole is in view. */
  readonly radii: Float32Array;
  /** Bytes R, G, B, A; alpha 0 is not drawn. */
  readonly colours: Uint32Array;
  /** 0 disc, 1 square, 2 ring. */
  readonly shapes: Uint8Array;
  /** Points that are drawn and have a place, most important first. */
  readonly order: Uint32Array;
  /** Points that are shown but have no place in this layout. */
  readonly unplaced: number;
}

const DISC = 0;
const SQUARE = 1;
const RING = 2;

interface ConceptPoints {
  /** `(c, 2)`, NaN without a place. */
  readonly positions: Float32Array;
  readonly energy: Float64Array;
  readonly modality: Float64Array;
  /** `(c, 3)`. */
  readonly colours: Uint8Array;
  /** `(c)` 0 where the filters leave a concept out. */
  readonly shown: Uint8Array;
  /** `(c)` 0 where it is faint; null: none is. */
  readonly lit: Uint8Array | null;
}

/** Concepts: squares lean to images, rings to texts, discs to neither; the strongest come first. */
export function conceptPoints({ positions, energy, modality, colours, shown, lit }: ConceptPoints): MapPoints {
  const n = energy.length;
  const most = energy.reduce((a, b) => Math.max(a, b), 0);
  const shapes = Uint8Array.from(modality, (score) => shapeOf(Number.isNaN(score) ? null : score));
  const placed = placedOf(positions, (i) => shown[i] === 1);
  const order = placed.numbers.sort((a, b) => (energy[b] ?? 0) - (energy[a] ?? 0) || a - b);
  return {
    positions, shapes, order, unplaced: placed.without,
    radii: Float32Array.from({ length: n }, (_, i) => pointRadius(energy[i] ?? 0, most)),
    colours: new Uint32Array(withOpacity(colours, shown, lit).buffer),
  };
}

/** Samples: images as squares, then texts as rings. */
export function samplePoints(positions: Float32Array, images: number, colourOf: { readonly image: Rgb; readonly text: Rgb }): MapPoints {
  const n = positions.length / 2;
  const colours = new Uint8Array(3 * n);
  for (let i = 0; i < n; i++) colours.set(i < images ? colourOf.image : colourOf.text, 3 * i);
  const everything = new Uint8Array(n).fill(1);
  const placed = placedOf(positions, () => true);
  return {
    positions, order: placed.numbers, unplaced: placed.without,
    radii: new Float32Array(n).fill(SAMPLE_RADIUS),
    colours: new Uint32Array(withOpacity(colours, everything, null).buffer),
    shapes: Uint8Array.from({ length: n }, (_, i) => (i < images ? SQUARE : RING)),
  };
}

function shapeOf(score: number | null): number {
  const side = modalitySide(score);
  return side === 'images' ? SQUARE : side === 'texts' ? RING : DISC;
}

function placedOf(positions: Float32Array, shown: (i: number) => boolean): { readonly numbers: Uint32Array; readonly without: number } {
  const numbers = new Uint32Array(positions.length / 2);
  let [count, without] = [0, 0];
  for (let i = 0; i < numbers.length; i++) {
    if (!shown(i)) continue;
    if (Number.isFinite(positions[2 * i]) && Number.isFinite(positions[2 * i + 1])) numbers[count++] = i;
    else without++;
  }
  return { numbers: numbers.slice(0, count), without };
}
