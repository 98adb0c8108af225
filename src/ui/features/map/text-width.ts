/** Font of the map's labels, as map.css sets it. */
const FONT = '11.5px system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif';

const widths = new Map<string, number>();
let context: CanvasRenderingContext2D | null = null;

/** Width of a label in pixels; measured once. */
export function textWidth(text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (context === null) {
    context = document.createElement('canvas').getContext('2d');
    if (context !== null) context.font = FONT;
  }
  const width = context?.measureText(text).width ?? 7 * text.length;
  widths.set(text, width);
  return width;
}
