import { useState } from 'react';
import type { Rectangle } from '../../plots/alignment/points.ts';

/** Pixels below which a drag is a click. */
const SLACK = 3;

interface Props {
  readonly label: string;
  readonly describedBy: string;
  /** What the cursor is on, said as the option that it is; null without. */
  readonly option: { readonly text: string; readonly selected: boolean } | null;
  readonly onBrush: (rectangle: Rectangle, how: 'replace' | 'add' | 'remove') => void;
  readonly onPoint: (x: number, y: number) => void;
  readonly onLeave: () => void;
  readonly onClick: (x: number, y: number, toggle: boolean) => void;
  readonly onKey: (key: string) => boolean;
  readonly width: number;
  readonly height: number;
  readonly children: React.ReactNode;
}

/** A drawing that a rectangle can be dragged on and that arrow keys walk through: Shift adds to the selection, Alt takes away. */
export function Brush({ label, describedBy, option, onBrush, onPoint, onLeave, onClick, onKey, width, height, children }: Props) {
  const [drag, setDrag] = useState<Rectangle | null>(null);
  const at = (event: React.PointerEvent<HTMLElement> | React.MouseEvent<HTMLElement>): [number, number] => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const far = drag !== null && Math.hypot(drag.x1 - drag.x0, drag.y1 - drag.y0) > SLACK;
  return (
    <div
      className="brush" role="listbox" tabIndex={0} aria-label={label} aria-describedby={describedBy} aria-multiselectable="true"
      {...(option === null ? {} : { 'aria-activedescendant': `${describedBy}at` })}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !onKey(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onPointerDown={(event) => {
        if (event.button !== 0 || !event.isPrimary) return;
        const [x, y] = at(event);
        if (event.pointerType !== 'touch') event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ x0: x, y0: y, x1: x, y1: y });
      }}
      onPointerMove={(event) => {
        const [x, y] = at(event);
        if (drag === null) onPoint(x, y);
        else setDrag({ ...drag, x1: x, y1: y });
      }}
      onPointerUp={(event) => {
        const [x, y] = at(event);
        if (far) onBrush(drag, event.altKey ? 'remove' : event.shiftKey ? 'add' : 'replace');
        else onClick(x, y, event.shiftKey);
        setDrag(null);
      }}
      onPointerCancel={() => { setDrag(null); }} onPointerLeave={onLeave}
    >
      {option !== null && <div role="option" id={`${describedBy}at`} className="visually-hidden" aria-selected={option.selected}>{option.text}</div>}
      <svg data-figure width={width} height={height} viewBox={`0 0 ${String(width)} ${String(height)}`} aria-hidden="true">
        {children}
        {far && <rect data-screen className="brush-box" x={Math.min(drag.x0, drag.x1)} y={Math.min(drag.y0, drag.y1)} width={Math.abs(drag.x1 - drag.x0)} height={Math.abs(drag.y1 - drag.y0)} />}
      </svg>
    </div>
  );
}
