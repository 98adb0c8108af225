import { max } from 'd3-array';
import { scaleLinear, type ScaleLinear } from 'd3-scale';

/** Common scale of all activation bars on the page, so that bars of different probes compare: [0, largest] → [0, 100] %. */
export function activationScale(activations: Iterable<number>): ScaleLinear<number, number> {
  return scaleLinear().domain([0, max(activations) ?? 1]).range([0, 100]);
}
