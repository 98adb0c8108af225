import type { AtlasGroups } from '../../../engine/atlas/protocol.ts';
import { parseRgb, type Rgb } from './rgb.ts';

/** Okabe–Ito without black and yellow, which vanish on dark and light pages; pairs of groups beyond share a colour and are told apart by name. */
const PALETTE = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#8A6BBE', '#7D858C'].map(parseRgb);

/** A group as the map colours it. */
export interface ColouredGroup {
  readonly id: number;
  readonly name: string;
  readonly members: readonly number[];
  readonly colour: Rgb;
}

/**
 * The coarsest groups (level 0), or the parts of the group `within` where it has any, in the tree's order, with colours that repeat
 * after eight.
 */
export function colouredGroups({ groups }: AtlasGroups, within: number | null, language: 'en' | 'ja'): ColouredGroup[] {
  const parts = groups.filter(({ parent }) => parent === within);
  const shown = parts.length > 0 ? parts : groups.filter(({ id }) => id === within);
  return shown.map(({ id, name, nameJa, members }, n) => ({
    id, members, name: language === 'ja' ? (nameJa ?? name) : name, colour: PALETTE[n % PALETTE.length] ?? [0, 0, 0],
  }));
}
