import { wrapText } from '../../plots/wrap.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** What a drawing looks like, as attributes that need no style sheet; a value that is the attribute's default is left out. */
const STYLES: Readonly<Record<string, string>> = {
  'fill': 'rgb(0, 0, 0)', 'fill-opacity': '1', 'stroke': 'none', 'stroke-width': '1px', 'stroke-dasharray': 'none', 'stroke-linecap': 'butt',
  'stroke-linejoin': 'miter', 'stroke-opacity': '1', 'opacity': '1', 'font-size': '', 'font-weight': '400', 'text-anchor': 'start', 'paint-order': 'normal',
};
const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Hiragino Sans", "Noto Sans JP", sans-serif';
const PAD = 16;

/**
 * The drawings (`svg[data-figure]`) inside `body` as one self-contained SVG file, placed as on the page, with a title above and a
 * caption below. Always in light colours: it is made for paper. What is marked `data-screen` stays out.
 */
export function figureSvg(body: HTMLElement, title: string, caption: string): string {
  const drawings = [...body.querySelectorAll<SVGSVGElement>('svg[data-figure]')].map((svg) => ({ svg, box: svg.getBoundingClientRect() }));
  const left = Math.min(...drawings.map(({ box }) => box.left));
  const top = Math.min(...drawings.map(({ box }) => box.top));
  const width = Math.max(...drawings.map(({ box }) => box.right)) - left + 2 * PAD;
  const lines = wrapText(caption, Math.floor((width - 2 * PAD) / 5.8));
  const head = PAD + 26;
  const foot = head + Math.max(...drawings.map(({ box }) => box.bottom)) - top + 20;
  const height = foot + lines.length * 15 + PAD - 8;

  const file = element('svg', { width, height, viewBox: `0 0 ${String(width)} ${String(height)}`, 'font-family': FONT });
  file.append(element('title', {}, title), element('desc', {}, caption), element('rect', { width, height, fill: '#ffffff' }));
  file.append(element('text', { x: PAD, y: PAD + 12, 'font-size': 15, 'font-weight': 650, fill: '#16191c' }, title));
  const staging = document.createElement('div');
  staging.style.cssText = 'position: absolute; visibility: hidden; color-scheme: light';
  body.append(staging);
  try {
    for (const { svg, box } of drawings) {
      const group = element('g', { transform: `translate(${String(PAD + box.left - left)} ${String(head + box.top - top)})` });
      const copy = svg.cloneNode(true) as SVGSVGElement;
      staging.append(copy);
      for (const part of copy.querySelectorAll('[data-screen]')) part.remove();
      const parts = [...copy.querySelectorAll('*')];
      for (const part of parts) if (part.localName !== 'g') inlineStyles(part);
      // Only now: a class of a group may be what its children's styles come from.
      for (const part of parts) part.removeAttribute('class');
      group.append(...copy.childNodes);
      file.append(group);
    }
  } finally {
    staging.remove();
  }
  for (const [i, text] of lines.entries()) file.append(element('text', { x: PAD, y: foot + i * 15, 'font-size': 11.5, fill: '#596068' }, text));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(file)}\n`;
}

function inlineStyles(part: Element): void {
  const style = getComputedStyle(part);
  const isText = part instanceof SVGTextContentElement;
  for (const [name, usual] of Object.entries(STYLES)) {
    const value = style.getPropertyValue(name);
    if (value !== usual && (isText || !/^(?:font|text)-/u.test(name))) part.setAttribute(name, value);
  }
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, text?: string): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Saves a file from the page. */
export function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the bytes by then; at once would be too early in Safari.
  setTimeout(() => { URL.revokeObjectURL(url); }, 10_000);
}
