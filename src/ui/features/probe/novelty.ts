import type { ProbeReadout } from '../../../core/readout.ts';
import type { PackView } from '../../../engine/protocol.ts';

/** A probe below this share of the pack's own items counts as far from what the model knows. */
const FAR = 0.01;

/** Why a probe is far: which measure, its value, and the share of the pack's own items that do better. */
export interface Novelty {
  readonly measure: 'nearest' | 'reconstruction';
  readonly value: number;
  readonly better: number;
}

/** Share of items whose value is below `value`, from 0…100 % quantiles. */
export function rankIn(quantiles: readonly number[], value: number): number {
  const below = quantiles.filter((q) => q < value).length;
  return quantiles.length < 2 ? 1 : Math.min(1, below / (quantiles.length - 1));
}

/**
 * Says when a probe lies outside what the pack's items of its modality show: its nearest neighbour, or its reconstruction,
 * is worse than that of 99 % of them. Null when it is not.
 */
export function novelty(readout: ProbeReadout, calibration: PackView['calibration']): Novelty | null {
  const own = readout.kind === 'image' ? calibration.images : calibration.texts;
  const neighbours = readout.kind === 'image' ? readout.neighbours.images : readout.neighbours.texts;
  const candidates: Novelty[] = [
    { measure: 'reconstruction', value: readout.cosine, better: 1 - rankIn(own.reconstruction, readout.cosine) },
  ];
  const nearest = neighbours[0];
  if (nearest !== undefined) {
    candidates.push({ measure: 'nearest', value: nearest.cosine, better: 1 - rankIn(own.nearest, nearest.cosine) });
  }
  return candidates.filter((c) => c.better >= 1 - FAR).sort((a, b) => b.better - a.better)[0] ?? null;
}
