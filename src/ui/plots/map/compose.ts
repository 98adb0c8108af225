import type { BridgeEdge } from './edges.ts';
import { placeLabels, type LabelWish } from './label-placement.ts';
import { edgeLines, LABEL_HEIGHT, placePictures, shortLabel, type Halo, type Overlay, type ScreenPoint } from './overlay.ts';

/** Pixels of the view for each label: more would be a carpet of words. Zooming in leaves fewer points and so names more of them. */
const ROOM = 13_000;
/** Pictures of one frame at most; with more points in view there are none. */
const PICTURES = 80;
/** Points that are tried for a label: beyond, the view is so full that none would find room. */
const TRIED = 1200;

/** What is to stand above the points of a frame. */
export interface OverlaySource {
  readonly view: { readonly width: number; readonly height: number };
  /** Place of a point in pixels; NaN without one. */
  readonly place: (point: number) => ScreenPoint;
  /** Points that are drawn, most important first. */
  readonly order: ArrayLike<number>;
  /** Points of every kind; those of earlier kinds are labelled before others. */
  readonly marked: readonly { readonly kind: Halo['kind']; readonly points: readonly number[] }[];
  readonly edges: readonly BridgeEdge[];
  /** Names of groups of points, over their middles. */
  readonly groups: readonly { readonly id: number; readonly name: string; readonly members: readonly number[] }[];
  /** Which points have labels: samples have none; while something is lit, what is marked only. */
  readonly labelled: 'all' | 'marked' | 'none';
  readonly label: (point: number) => string;
  /** The picture that stands for a point, and whether on it (a picture's own) or beside it. */
  readonly picture: (point: number) => number | null;
  readonly pictureOn: boolean;
  /** Width of a label in pixels. */
  readonly widthOf: (text: string) => number;
}

/** Everything above the points, for what is in view; the same source gives the same overlay. */
export function composeOverlay({ view, place, order, marked, edges, groups, labelled, label, picture, pictureOn, widthOf }: OverlaySource): Overlay {
  const inView = (point: number): boolean => {
    const { x, y } = place(point);
    return x >= 0 && y >= 0 && x <= view.width && y <= view.height;
  };
  const most = Math.max(8, Math.floor((view.width * view.height) / ROOM));
  const halos = marked.flatMap(({ kind, points }) => points.filter(inView).map((id): Halo => ({ id, kind, ...place(id) })));

  const ahead = [...marked].reverse().flatMap(({ points }) => points).filter(inView);
  const visible: number[] = [];
  let count = 0;
  for (let n = 0; n < order.length; n++) {
    const point = order[n] ?? 0;
    if (!inView(point)) continue;
    count++;
    if (visible.length < TRIED) visible.push(point);
  }
  const wanted = [...new Set([...ahead, ...visible])];

  const deep = count <= PICTURES;
  const pictured = deep ? wanted.flatMap((id) => { const item = picture(id); return item === null ? [] : [{ id, item, ...place(id) }]; }) : [];
  const { pictures, boxes } = placePictures(pictured, pictureOn, view, PICTURES);

  const named = groups.map(({ id, name, members }) => ({ id, text: shortLabel(name), ...middle(members.map(place).filter(({ x, y }) => x >= 0 && y >= 0 && x <= view.width && y <= view.height)) })).filter(({ x }) => Number.isFinite(x));
  const groupWishes = named.map(({ id, text, x, y }): LabelWish => ({ id, x, y, radius: 0, width: widthOf(text) * 1.15, height: LABEL_HEIGHT + 2, centred: true }));
  const placedGroups = placeLabels(groupWishes, view, most, boxes);
  const texts = new Map(named.map(({ id, text }) => [id, text]));

  const wishes = function* (): Generator<LabelWish> {
    for (const id of labelled === 'all' ? wanted : new Set(ahead)) yield { id, ...place(id), width: widthOf(shortLabel(label(id))), height: LABEL_HEIGHT };
  };
  const placed = labelled !== 'none' ? placeLabels(wishes(), view, most, [...boxes, ...placedGroups]) : [];
  return {
    edges: edgeLines(edges, place), halos, pictures,
    labels: [
      ...placed.map((box) => ({ ...box, kind: 'point' as const, text: shortLabel(label(box.id)) })),
      ...placedGroups.map((box) => ({ ...box, kind: 'group' as const, text: texts.get(box.id) ?? '' })),
    ],
  };
}

/** The point of medians, which one far member does not move. */
function middle(points: readonly ScreenPoint[]): { readonly x: number; readonly y: number } {
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return { x: median(points.map(({ x }) => x)), y: median(points.map(({ y }) => y)) };
}
