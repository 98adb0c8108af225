import type { BridgeEdge } from './edges.ts';
import { edgePath } from './edges.ts';
import { placeLabels, type LabelWish, type PlacedLabel } from './label-placement.ts';

/** A point of the map in pixels of the view. */
export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** A ring about a point. */
export interface Halo extends ScreenPoint {
  readonly id: number;
  readonly kind: 'selected' | 'lit' | 'found' | 'focus' | 'hover';
}

/** A bridge's line. */
export interface EdgeLine {
  readonly key: string;
  readonly path: string;
  readonly width: number;
}

/** A picture beside or on its point. */
export interface MapPicture {
  readonly id: number;
  readonly item: number;
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** Everything above the points, in pixels of the view. */
export interface Overlay {
  readonly edges: readonly EdgeLine[];
  readonly halos: readonly Halo[];
  readonly pictures: readonly MapPicture[];
  readonly labels: readonly (PlacedLabel & { readonly text: string; readonly kind: 'point' | 'group' })[];
}

/** Bridges as lines between their concepts. */
export function edgeLines(edges: readonly BridgeEdge[], place: (concept: number) => ScreenPoint): EdgeLine[] {
  return edges.map(({ i, j, width }) => {
    const [from, to] = [place(i), place(j)];
    return { key: `${String(i)}-${String(j)}`, width, path: edgePath([from.x, from.y], [to.x, to.y], from.radius) };
  });
}

/** Height of a line of the map's labels, in pixels. */
export const LABEL_HEIGHT = 14;
/** Letters of a label; longer ones end in “…” and are whole in the inspector and the table. */
const LETTERS = 26;

/** A label as it fits on the map. */
export function shortLabel(label: string): string {
  const letters = Array.from(label);
  return letters.length <= LETTERS ? label : `${letters.slice(0, LETTERS - 1).join('').trimEnd()}…`;
}

/** Side of a picture on the map, in pixels. */
const PICTURE_SIZE = 34;

/** Pictures of points that want one, above or beside the point, or on it; none overlaps another. `boxes` is the room they take. */
export function placePictures(wishes: readonly (ScreenPoint & { readonly id: number; readonly item: number })[], on: boolean, view: { readonly width: number; readonly height: number }, limit: number): { readonly pictures: MapPicture[]; readonly boxes: PlacedLabel[] } {
  const items = new Map(wishes.map(({ id, item }) => [id, item]));
  const boxes = placeLabels(wishes.map(({ id, x, y, radius }): LabelWish => ({ id, x, y, radius, width: PICTURE_SIZE, height: PICTURE_SIZE, centred: on })), view, limit);
  return { boxes, pictures: boxes.map(({ id, left, top }) => ({ id, item: items.get(id) ?? 0, left, top, size: PICTURE_SIZE })) };
}
