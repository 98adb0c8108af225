/** What the point renderer draws, and from where. It knows nothing of concepts. */
export interface PointScene {
  /** (n, 2) positions in layout units, about [-1, 1], y up; NaN: the point is left out. */
  readonly positions: Float32Array;
  /** (n) radius in CSS pixels at zoom 1; it grows with the square root of the zoom, clamped [1.5, 40]. */
  readonly radii: Float32Array;
  /** (n) 0xAABBGGRR, i.e. bytes R, G, B, A. Alpha 0: not drawn and not picked. */
  readonly colours: Uint32Array;
  /** (n) 0 disc, 1 square, 2 ring. */
  readonly shapes: Uint8Array;
  /** Lines between points, drawn below them; null without. A line is left out where an end has no position or its own alpha is 0. */
  readonly lines: { readonly ends: Uint32Array /* (m, 2) point numbers */; readonly colours: Uint32Array } | null;
}

/** What of the layout is on the screen: its centre, and how many CSS pixels one unit is. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Size in CSS pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}
