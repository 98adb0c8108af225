/** Pixels of a drawing that its axes enclose. */
export interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Room for ticks and names; the name of the vertical axis stands above it. */
const MARGIN = { left: 46, right: 14, top: 26, bottom: 36 };

/** The area between the margins of a drawing of `width` × `height` pixels, never turned inside out. */
export function plotArea(width: number, height: number, margin: Partial<typeof MARGIN> = {}): PlotArea {
  const { left, right, top, bottom } = { ...MARGIN, ...margin };
  return { left, right: Math.max(left + 20, width - right), top, bottom: Math.max(top + 20, height - bottom) };
}
