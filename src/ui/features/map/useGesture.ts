import { useState } from 'react';

/** What a drag with the pointer does. */
export type Tool = 'pan' | 'box' | 'lasso';

interface Gesture {
  readonly kind: 'box' | 'lasso';
  /** Corners in pixels of the stage; for a box the first and the last. */
  readonly path: readonly (readonly [number, number])[];
  readonly how: 'replace' | 'add' | 'remove';
}

/** Pixels below which a drag is a click. */
const SLACK = 4;

/** Drawing a box or a lasso: Shift adds to the selection, Alt takes away. With the moving tool, Shift draws a box. */
export function useGesture(tool: Tool, onDone: (polygon: readonly (readonly [number, number])[], how: Gesture['how']) => void) {
  const [gesture, setGesture] = useState<Gesture | null>(null);
  const at = (event: React.PointerEvent<HTMLElement>): [number, number] => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  return {
    /** The outline that is being drawn, as an SVG path; empty without. */
    outline: gesture === null || !isDrag(gesture) ? '' : `M${outlineOf(gesture).map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join('L')}Z`,
    drawing: gesture !== null,
    onPointerDown: (event: React.PointerEvent<HTMLElement>): void => {
      if (event.button !== 0 || !event.isPrimary || (tool === 'pan' && !event.shiftKey)) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setGesture({ kind: tool === 'lasso' ? 'lasso' : 'box', path: [at(event)], how: event.altKey ? 'remove' : event.shiftKey ? 'add' : 'replace' });
    },
    onPointerMove: (event: React.PointerEvent<HTMLElement>): void => {
      if (gesture !== null && event.isPrimary) setGesture({ ...gesture, path: gesture.kind === 'box' ? [gesture.path[0] ?? at(event), at(event)] : [...gesture.path, at(event)] });
    },
    /** True when it was a drag, so that the click that follows is none. */
    onPointerUp: (): boolean => {
      const drag = gesture !== null && isDrag(gesture);
      if (drag) onDone(outlineOf(gesture), gesture.how);
      setGesture(null);
      return drag;
    },
    cancel: (): void => { setGesture(null); },
  };
}

function isDrag({ path }: Gesture): boolean {
  const [x0, y0] = path[0] ?? [0, 0];
  return path.some(([x, y]) => Math.hypot(x - x0, y - y0) > SLACK);
}

function outlineOf({ kind, path }: Gesture): readonly (readonly [number, number])[] {
  const [first, last] = [path[0], path.at(-1)];
  if (kind === 'lasso' || first === undefined || last === undefined) return path;
  return [first, [last[0], first[1]], last, [first[0], last[1]]];
}
