/** Red, green and blue, 0 … 255. */
export type Rgb = readonly [number, number, number];

/** Reads `#rrggbb` or `rgb(r, g, b)`, as scales write colours. */
export function parseRgb(colour: string): Rgb {
  const [r = 0, g = 0, b = 0] = colour.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
    : (colour.match(/[\d.]+/gu) ?? []).map(Number);
  return [r, g, b];
}

/** As CSS and SVG write it. */
export function rgbText([r, g, b]: Rgb): string {
  return `rgb(${String(r)}, ${String(g)}, ${String(b)})`;
}
