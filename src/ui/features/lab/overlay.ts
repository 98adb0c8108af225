import { createContext, useContext } from 'react';

/** Runs that can be drawn over each other at once: as many as there are colours that tell apart. */
export const OVERLAY_SIZE = 8;
/** Names of the places in the overlay, written beside the lines. */
const LETTERS = 'ABCDEFGH';

/** Runs of the overlay in their places; a run keeps its letter and colour for as long as it is shown. */
export const OverlayContext = createContext<readonly (string | null)[]>([]);

/** The overlay's places. */
export function useOverlay(): readonly (string | null)[] {
  return useContext(OverlayContext);
}

/** Letter of a place in the overlay. */
export function letterOf(slot: number): string {
  return LETTERS.charAt(slot);
}
