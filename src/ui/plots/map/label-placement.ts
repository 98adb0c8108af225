/** A label that would like to stand beside a point, in pixels of the view. */
export interface LabelWish {
  readonly id: number;
  /** The point's centre and radius. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Of the text. */
  readonly width: number;
  readonly height: number;
  /** Centred on the point instead of beside it. */
  readonly centred?: boolean;
}

/** Where a label stands: its box. */
export interface PlacedLabel {
  readonly id: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly side: 'right' | 'left' | 'above' | 'below' | 'centre';
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Pixels between a point and its label, and between labels. */
const GAP = 3;
/** Side of a grid cell in pixels: about a label's width. */
const CELL = 64;

/**
 * Places labels greedily in the order given (most important first): right of the point, else left, above, below; one that would
 * touch another or leave the view is left out until there is more room, as when zooming in. No two boxes intersect; the same wishes
 * give the same labels. `taken` are boxes that labels keep clear of.
 */
export function placeLabels(wishes: Iterable<LabelWish>, view: { readonly width: number; readonly height: number }, limit: number, taken: readonly PlacedLabel[] = []): PlacedLabel[] {
  const grid = new BoxGrid();
  for (const box of taken) grid.add(edges(box));
  const placed: PlacedLabel[] = [];
  for (const wish of wishes) {
    if (placed.length >= limit) break;
    const label = candidates(wish).find((candidate) => {
      const box = edges(candidate);
      return box.left >= 0 && box.top >= 0 && box.right <= view.width && box.bottom <= view.height && !grid.hits(box);
    });
    if (label === undefined) continue;
    grid.add(edges(label));
    placed.push(label);
  }
  return placed;
}

function candidates({ id, x, y, radius, width, height, centred }: LabelWish): PlacedLabel[] {
  const size = { id, width, height };
  if (centred === true) return [{ ...size, left: x - width / 2, top: y - height / 2, side: 'centre' }];
  const off = radius + GAP;
  return [
    { ...size, left: x + off, top: y - height / 2, side: 'right' },
    { ...size, left: x - off - width, top: y - height / 2, side: 'left' },
    { ...size, left: x - width / 2, top: y - off - height, side: 'above' },
    { ...size, left: x - width / 2, top: y + off, side: 'below' },
  ];
}

function edges({ left, top, width, height }: PlacedLabel): Box {
  return { left, top, right: left + width, bottom: top + height };
}

/** Boxes by the cells of a grid that they touch, so that a new one is compared with its neighbours only. */
class BoxGrid {
  private readonly cells = new Map<string, Box[]>();

  add(box: Box): void {
    for (const key of keysOf(box)) {
      const cell = this.cells.get(key);
      if (cell === undefined) this.cells.set(key, [box]);
      else cell.push(box);
    }
  }

  hits(box: Box): boolean {
    for (const key of keysOf(box)) {
      if (this.cells.get(key)?.some((other) => box.left < other.right + GAP && other.left < box.right + GAP && box.top < other.bottom && other.top < box.bottom) === true) return true;
    }
    return false;
  }
}

/** Cells that a box touches, the gap around it included. */
function keysOf({ left, top, right, bottom }: Box): string[] {
  const keys: string[] = [];
  for (let column = Math.floor((left - GAP) / CELL); column <= Math.floor((right + GAP) / CELL); column++) {
    for (let row = Math.floor((top - GAP) / CELL); row <= Math.floor((bottom + GAP) / CELL); row++) keys.push(`${String(column)} ${String(row)}`);
  }
  return keys;
}
