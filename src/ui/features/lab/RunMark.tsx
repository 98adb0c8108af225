import { letterOf } from './overlay.ts';

/** How a run of the overlay is drawn: a piece of its line and its letter. */
export function RunMark({ slot }: { readonly slot: number }) {
  return (
    <span className={`run-mark series-${String(slot)}`}>
      <svg width={18} height={8} aria-hidden="true"><line className="series-line" x1={0} x2={18} y1={4} y2={4} /></svg>
      {letterOf(slot)}
    </span>
  );
}
