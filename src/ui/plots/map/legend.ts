import { significant } from '../format.ts';
import type { BridgeEdge } from './edges.ts';
import type { ColouredGroup } from './groups.ts';
import { pointRadius } from './point-size.ts';
import type { Ramp } from './ramp.ts';
import { rgbText } from './rgb.ts';

/** A ramp of a legend: colours from left to right, and the numbers below. */
export interface LegendRamp {
  readonly kind: 'ramp';
  readonly stops: readonly { readonly at: number; readonly colour: string }[];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** Names of a legend's colours, and how many more there are. */
export interface LegendNames {
  readonly kind: 'names';
  readonly names: readonly { readonly id: number; readonly text: string; readonly colour: string }[];
  readonly more: number;
}

/** What explains the map's encodings; null where something is not on the map. */
export interface LegendSpec {
  readonly colour: LegendRamp | LegendNames | null;
  readonly sizes: readonly { readonly radius: number; readonly text: string }[];
  readonly edges: readonly { readonly width: number; readonly text: string }[];
}

const STOPS = 8;

/** Colours of a ramp for a gradient. */
export function legendRamp({ colour, ticks }: Ramp): LegendRamp {
  return { kind: 'ramp', ticks, stops: Array.from({ length: STOPS + 1 }, (_, n) => ({ at: n / STOPS, colour: rgbText(colour(n / STOPS)) })) };
}

/** Names of the largest groups. */
export function legendNames(groups: readonly ColouredGroup[], limit: number): LegendNames {
  return { kind: 'names', more: Math.max(0, groups.length - limit), names: groups.slice(0, limit).map(({ id, name, colour }) => ({ id, text: name, colour: rgbText(colour) })) };
}

/** Sizes of round energies up to the largest: it, a hundredth and a ten-thousandth of its power of ten. */
export function legendSizes(most: number): LegendSpec['sizes'] {
  if (!(most > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(most));
  return [power, power / 10, power / 100].map((energy) => ({ radius: pointRadius(energy, most), text: significant(energy).replace(/(\.\d*?)0+$/u, '$1').replace(/\.$/u, '') }));
}

/** Widths of the widest and the thinnest line that is drawn. */
export function legendEdges(edges: readonly BridgeEdge[]): LegendSpec['edges'] {
  const byWidth = [...edges].sort((a, b) => b.excess - a.excess);
  const ends = [byWidth[0], byWidth.length > 1 ? byWidth.at(-1) : undefined];
  return ends.flatMap((edge) => (edge === undefined ? [] : [{ width: edge.width, text: significant(edge.excess) }]));
}
