import { useState } from 'react';
import { keepSlots } from '../../plots/slots.ts';
import { useLab } from './lab-context.ts';
import { OVERLAY_SIZE, OverlayContext } from './overlay.ts';

/** Gives every shown run, and the one being trained, its place in the overlay. */
export function OverlayProvider({ children }: { readonly children: React.ReactNode }) {
  const { shown, training } = useLab((s) => ({ shown: s.shown, training: s.training?.run ?? null }));
  const [slots, setSlots] = useState<readonly (string | null)[]>([]);
  const next = keepSlots(slots, [...new Set(training === null ? shown : [training, ...shown])], OVERLAY_SIZE);
  // Places depend on who had one before: derived while rendering, from the places so far.
  if (next !== slots) setSlots(next);
  return <OverlayContext value={next}>{children}</OverlayContext>;
}
