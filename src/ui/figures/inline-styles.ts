/** What a drawing looks like, as attributes that need no style sheet; a value that is the attribute's default is left out. */
const STYLES: Readonly<Record<string, string>> = {
  'fill': 'rgb(0, 0, 0)', 'fill-opacity': '1', 'stroke': 'none', 'stroke-width': '1px', 'stroke-dasharray': 'none', 'stroke-linecap': 'butt',
  'stroke-linejoin': 'miter', 'stroke-opacity': '1', 'opacity': '1', 'visibility': 'visible', 'vector-effect': 'none', 'font-size': '', 'font-style': 'normal',
  'font-weight': '400', 'text-anchor': 'start', 'dominant-baseline': 'auto', 'paint-order': 'normal',
};
/** Groups hand everything else down to their children, which say it themselves. */
const GROUP_STYLES = ['opacity'];
const DRAWN = new Set(['g', 'svg', 'path', 'circle', 'ellipse', 'rect', 'line', 'polyline', 'polygon', 'text', 'tspan', 'image', 'use']);

/** Writes the computed styles of everything inside `drawing`, which is in the document, into attributes, and removes what is not displayed. */
export function inlineStyles(drawing: SVGSVGElement): void {
  const parts = [...drawing.querySelectorAll('*')];
  for (const part of parts) {
    const style = getComputedStyle(part);
    if (DRAWN.has(part.localName) && style.display === 'none') {
      part.setAttribute('display', 'none');
      continue;
    }
    const isText = part instanceof SVGTextContentElement;
    for (const [name, usual] of Object.entries(STYLES)) {
      if (part.localName === 'g' ? !GROUP_STYLES.includes(name) : !isText && /^(?:font|text|dominant)-/u.test(name)) continue;
      const value = style.getPropertyValue(name);
      if (value !== usual) part.setAttribute(name, value);
    }
  }
  // Only now: a class of a group may be what its children's styles come from.
  for (const part of parts) {
    part.removeAttribute('class');
    if (part.getAttribute('display') === 'none') part.remove();
  }
}
