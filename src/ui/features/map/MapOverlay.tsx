import type { Overlay } from '../../plots/map/overlay.ts';
import { spriteCell } from '../../plots/map/sprite-cell.ts';
import { useSheet } from '../../primitives/Sprite.tsx';

interface Props {
  readonly overlay: Overlay;
  readonly width: number;
  readonly height: number;
  /** The frame that is being drawn, as a path in pixels; empty without. */
  readonly gesture: string;
}

/** Room between a point and its ring, in pixels. */
const RING = { selected: 3, lit: 4, found: 4, focus: 6, hover: 4 } as const;

/** What stands above the points: lines of bridges, rings, pictures, labels. */
export function MapOverlay({ overlay, width, height, gesture }: Props) {
  const { edges, halos, pictures, labels } = overlay;
  return (
    <svg data-figure className="map-overlay" width={width} height={height} viewBox={`0 0 ${String(width)} ${String(height)}`} aria-hidden="true">
      {edges.map(({ key, path, width: stroke }) => <path key={key} className="map-edge" d={path} strokeWidth={stroke.toFixed(2)} />)}
      {halos.map(({ id, kind, x, y, radius }) => (
        <circle key={`${kind} ${String(id)}`} className={`map-halo ${kind}`} cx={x.toFixed(1)} cy={y.toFixed(1)} r={(radius + RING[kind]).toFixed(1)} {...(kind === 'hover' ? { 'data-screen': true } : {})} />
      ))}
      {pictures.map((picture) => <Picture key={picture.id} {...picture} />)}
      {labels.map(({ id, kind, left, top, width: wide, height: high, side, text }) => (
        <text key={`${kind} ${String(id)}`} className={`map-label ${kind}`} textAnchor={side === 'left' ? 'end' : side === 'right' ? 'start' : 'middle'} x={(side === 'left' ? left + wide : side === 'right' ? left : left + wide / 2).toFixed(1)} y={(top + high - 3.5).toFixed(1)}>
          {text}
        </text>
      ))}
      {gesture !== '' && <path data-screen className="map-gesture" d={gesture} />}
    </svg>
  );
}

/** A picture of the pack at a point; nothing until its sheet has come. */
function Picture({ item, left: x, top: y, size }: Overlay['pictures'][number]) {
  const { sheet, side, left, top, cell } = spriteCell(item);
  const href = useSheet(sheet);
  if (href === null) return null;
  return (
    <svg x={x.toFixed(1)} y={y.toFixed(1)} width={size} height={size} viewBox={`${String(left)} ${String(top)} ${String(cell)} ${String(cell)}`}>
      <image href={href} x={0} y={0} width={side} />
    </svg>
  );
}
