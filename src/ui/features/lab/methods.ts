import { symbol, symbolAsterisk, symbolCircle, symbolCross, symbolDiamond, symbolStar, symbolTimes, symbolTriangle, symbolTriangle2, symbolWye, type SymbolType } from 'd3-shape';
import type { Method } from '../../../core/training/recipe.ts';

/** Names of the methods as the literature writes them, in every language. */
export const METHOD_NAMES = {
  batchtopk: 'BatchTopK',
  topk: 'TopK',
  relu: 'ReLU',
  jumprelu: 'JumpReLU',
  mp: 'MP',
  matryoshka: 'Matryoshka',
  'semi-nmf': 'Semi-NMF',
  pca: 'PCA',
  kmeans: 'k-means',
} as const satisfies Record<Method, string>;

/** Shapes that tell the methods apart without colour; squares and rings stay with pictures and texts. */
const SHAPES: Record<Method, SymbolType> = {
  batchtopk: symbolCircle,
  topk: symbolDiamond,
  relu: symbolTriangle,
  jumprelu: symbolTriangle2,
  mp: symbolStar,
  matryoshka: symbolWye,
  'semi-nmf': symbolCross,
  pca: symbolTimes,
  kmeans: symbolAsterisk,
};

/** Shapes without an inside. */
const STROKED: ReadonlySet<SymbolType> = new Set([symbolTimes, symbolAsterisk]);

/** Class of a method's mark. */
export function methodMarkClass(method: Method): string {
  return STROKED.has(SHAPES[method]) ? 'method-mark stroked' : 'method-mark';
}

/** The mark of a method as an SVG path about the origin, `size` square pixels. */
export function methodMark(method: Method, size = 56): string {
  return symbol(SHAPES[method], size).digits(1)() ?? '';
}
