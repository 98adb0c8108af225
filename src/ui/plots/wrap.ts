/** East Asian characters are as wide as they are high, others about half of it. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

/**
 * Breaks text into lines of at most `width` half-widths (a Latin letter counts one, a Japanese one two), at spaces and around
 * wide characters; a longer word stays whole. SVG text does not wrap by itself.
 */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const piece of text.match(new RegExp(`${WIDE.source}|[^\\s${WIDE.source.slice(1, -1)}]+|\\s+`, 'gu')) ?? []) {
    if (current !== '' && piece.trim() !== '' && measure(current + piece) > width) {
      lines.push(current.trimEnd());
      current = '';
    }
    if (current !== '' || piece.trim() !== '') current += piece;
  }
  return current.trim() === '' ? lines : [...lines, current.trimEnd()];
}

function measure(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}
