import { linearAxis, logAxis, type Axis } from '../axis.ts';
import { plotArea, type PlotArea } from './area.ts';
import { placeConcepts, type ConceptPoints } from './points.ts';

/** Geometry of a scatter of concepts. */
export interface Scatter {
  readonly plot: PlotArea;
  readonly x: Axis;
  readonly y: Axis;
  readonly points: ConceptPoints;
}

/** Room between the axes and the values above zero, where the concepts of one modality stand. */
const EDGE = 18;

/** Geometry of E_img against E_txt. */
export interface EnergyScatter extends Scatter {
  /** Pixels where an energy of 0 stands, which a logarithmic axis has no place for. */
  readonly zero: { readonly x: number; readonly y: number };
  /** Where the energies are equal: modality score ½. */
  readonly equal: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
}

/**
 * E_img (upwards) against E_txt (to the right) of `concepts`, both logarithmic over the same domain. Concepts with one energy 0 stand
 * on the edge of the other's axis, dead ones nowhere.
 */
export function energyScatter(concepts: readonly number[], images: ArrayLike<number>, texts: ArrayLike<number>, width: number, height: number): EnergyScatter {
  const plot = plotArea(width, height);
  const values = concepts.flatMap((i) => [images[i] ?? 0, texts[i] ?? 0]);
  const x = logAxis(values, [plot.left + EDGE, plot.right], { count: 5 });
  const y = logAxis(values, [plot.bottom - EDGE, plot.top], { count: 5 });
  const zero = { x: plot.left + EDGE / 2, y: plot.bottom - EDGE / 2 };
  const alive = concepts.filter((i) => (images[i] ?? 0) > 0 || (texts[i] ?? 0) > 0);
  const points = placeConcepts(alive, (i) => (texts[i] === 0 ? zero.x : x.place(texts[i] ?? Number.NaN)), (i) => (images[i] === 0 ? zero.y : y.place(images[i] ?? Number.NaN)));
  const [low, high] = x.domain;
  return { plot, x, y, points, zero, equal: { x1: x.place(low), y1: y.place(low), x2: x.place(high), y2: y.place(high) } };
}

/** Quantile .95 of |N(0, 1)| over its mean √(2/π). */
const NULL_95 = 1.959964 / Math.sqrt(2 / Math.PI);

/** Geometry of the modality score against |cos| to the gap. */
export interface AngleScatter extends Scatter {
  /** |cos| of random directions: pixels of its mean and of what 95 of 100 stay below. */
  readonly random: { readonly mean: number; readonly most: number };
}

/**
 * |cos(D_i, μ_img − μ_txt)| (upwards) against the modality score (to the right). `randomCosine` is E|cos| of a random direction,
 * √(2/(πd)) (method.md); the cosine of one is nearly normal, which gives the 95 % band. Concepts without a score or cosine are left out.
 */
export function angleScatter(concepts: readonly number[], modality: ArrayLike<number>, cosine: ArrayLike<number>, randomCosine: number, width: number, height: number): AngleScatter {
  const plot = plotArea(width, height);
  const most = randomCosine * NULL_95;
  const x = linearAxis([0, 1], [plot.left, plot.right], { count: 5 });
  const y = linearAxis([0, most, ...concepts.map((i) => cosine[i] ?? Number.NaN)], [plot.bottom, plot.top], { count: 5 });
  const points = placeConcepts(concepts, (i) => x.place(modality[i] ?? Number.NaN), (i) => y.place(cosine[i] ?? Number.NaN));
  return { plot, x, y, points, random: { mean: y.place(randomCosine), most: y.place(most) } };
}

/** Geometry of classifiers: `chance` is the pixel of accuracy ½. */
export interface ClassifierScatter extends Scatter {
  readonly chance: number;
}

/** Held-out balanced accuracy (upwards) against mean energy (to the right, logarithmic). Concepts without an accuracy are left out. */
export function classifierScatter(concepts: readonly number[], accuracy: ArrayLike<number>, energy: ArrayLike<number>, width: number, height: number): ClassifierScatter {
  const plot = plotArea(width, height);
  const x = logAxis(concepts.map((i) => energy[i] ?? 0), [plot.left, plot.right], { count: 5 });
  const y = linearAxis([0.45, 1, ...concepts.map((i) => accuracy[i] ?? Number.NaN)], [plot.bottom, plot.top], { count: 5 });
  const points = placeConcepts(concepts, (i) => x.place(energy[i] ?? Number.NaN), (i) => y.place(accuracy[i] ?? Number.NaN));
  return { plot, x, y, points, chance: y.place(0.5) };
}
