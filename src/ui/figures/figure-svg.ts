import { wrapText } from '../plots/wrap.ts';
import { inlineStyles } from './inline-styles.ts';
import { packName, stampJson, TOOL, type Stamp } from './stamp.ts';
import { svgElement as element } from './svg-element.ts';

/** Tells a drawing on a canvas that its pixels are about to be read: it must draw itself before the event returns. */
export const DRAW_EVENT = 'figure-draw';

const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Hiragino Sans", "Noto Sans JP", sans-serif';
const PAD = 16;
/** Width below which captions become columns of single words. */
const MIN_WIDTH = 320;
/** Everything that XML cannot hold, were it to come from a label. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

interface Drawing {
  readonly source: SVGSVGElement | HTMLCanvasElement;
  readonly box: DOMRect;
}

/**
 * The drawings (`svg[data-figure]`, above `canvas[data-figure]`) inside `body` as one SVG document, placed as on the page, with
 * the title above and caption and stamp below. Always in light colours: it is made for paper. What is marked `data-screen`
 * stays out.
 */
export function figureElement(body: HTMLElement, title: string, caption: string, stamp: Stamp | null): SVGSVGElement {
  const drawings = ['canvas[data-figure]', 'svg[data-figure]'].flatMap((kind): Drawing[] =>
    [...body.querySelectorAll<SVGSVGElement | HTMLCanvasElement>(kind)].map((source) => ({ source, box: source.getBoundingClientRect() })),
  );
  const boxes = drawings.map(({ box }) => box);
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const inner = Math.max(MIN_WIDTH, ...boxes.map((box) => box.right - left));
  const width = inner + 2 * PAD;
  const headings = wrapText(title, Math.floor(inner / 8));
  const lines = wrapText(caption, Math.floor(inner / 5.8));
  const head = PAD + 6 + headings.length * 20;
  const foot = head + Math.max(0, ...boxes.map((box) => box.bottom - top)) + 20;
  const origin = foot + lines.length * 15 + 2;
  const height = origin + (stamp === null ? -10 : 14) + PAD;

  const file = element('svg', { width, height, viewBox: `0 0 ${String(width)} ${String(height)}`, 'font-family': FONT });
  file.append(element('title', {}, title), element('desc', {}, caption));
  if (stamp !== null) file.append(element('metadata', {}, stampJson(stamp)));
  file.append(element('rect', { width, height, fill: '#ffffff' }));
  for (const [i, text] of headings.entries()) file.append(element('text', { x: PAD, y: PAD + 12 + i * 20, 'font-size': 15, 'font-weight': 650, fill: '#16191c' }, text));
  for (const { source, box } of drawings) {
    const place = { x: PAD + box.left - left, y: head + box.top - top, width: box.width, height: box.height };
    file.append(source instanceof HTMLCanvasElement ? element('image', { ...place, href: pixels(source), preserveAspectRatio: 'none' }) : copyOf(source, place));
  }
  for (const [i, text] of lines.entries()) file.append(element('text', { x: PAD, y: foot + i * 15, 'font-size': 11.5, fill: '#596068' }, text));
  if (stamp !== null) file.append(...stampLines(stamp, inner, origin));
  return file;
}

/** `figureElement` as the text of a file. */
export function figureSvg(body: HTMLElement, title: string, caption: string, stamp: Stamp | null): string {
  return svgFile(figureElement(body, title, caption, stamp));
}

/** An SVG document as the text of a file; characters that XML does not allow become U+FFFD. */
export function svgFile(file: SVGSVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(file).replace(NOT_XML, '\ufffd')}\n`;
}

/** Tool, pack and date, and the link, cut to the figure's width; it is whole in the anchor and the metadata. */
function stampLines(stamp: Stamp, width: number, y: number): SVGElement[] {
  const style = { x: PAD, 'font-size': 10, fill: '#596068' };
  const said = [`${TOOL} ${stamp.version}`, packName(stamp), stamp.date].filter((part) => part !== '').join(' · ');
  const fits = Math.floor(width / 6.6);
  const shown = stamp.permalink.length > fits ? `${stamp.permalink.slice(0, fits - 1)}…` : stamp.permalink;
  const link = element('a', { href: stamp.permalink });
  link.append(element('text', { ...style, y: y + 14 }, shown));
  return [element('text', { ...style, y }, said), link];
}

/** Pixels of a canvas as a data URL. */
function pixels(canvas: HTMLCanvasElement): string {
  // A WebGPU canvas has pixels only until what it shows was presented.
  canvas.dispatchEvent(new Event(DRAW_EVENT));
  return canvas.toDataURL('image/png');
}

/** A drawing with its styles as attributes, clipped as on the page. */
function copyOf(source: SVGSVGElement, place: Readonly<Record<string, number>>): SVGElement {
  const frame = element('svg', { ...place, overflow: getComputedStyle(source).overflow });
  for (const name of ['viewBox', 'preserveAspectRatio']) {
    const value = source.getAttribute(name);
    if (value !== null) frame.setAttribute(name, value);
  }
  const copy = source.cloneNode(true) as SVGSVGElement;
  for (const part of copy.querySelectorAll('[data-screen]')) part.remove();
  // Styled where the original is, unseen; not `visibility`, which its parts would inherit.
  copy.style.cssText = 'position: absolute; opacity: 0; pointer-events: none; color-scheme: light';
  source.after(copy);
  try {
    inlineStyles(copy);
  } finally {
    copy.remove();
  }
  frame.append(...copy.childNodes);
  return frame;
}
