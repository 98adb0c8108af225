import { cells, rowCount, type Column } from './table.ts';

/**
 * A table as CSV (RFC 4180) in UTF-8: a header line, lines end in CR LF, fields with a comma, a quote, a line break or a space at
 * their ends are quoted. What is undefined is an empty field, an empty text is `""`.
 */
export function writeCsv(columns: readonly Column[]): Uint8Array {
  const all = columns.map(cells);
  const lines = [columns.map(({ name }) => field(name)).join(',')];
  for (let r = 0; r < rowCount(columns); r++) lines.push(all.map((values) => field(values[r] ?? null)).join(','));
  return new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(''));
}

function field(value: number | string | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]|^\s|\s$|^$/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
