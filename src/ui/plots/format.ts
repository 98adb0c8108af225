/** A number with three significant digits, for people: 0.0516, 12.3, 1 230. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en').replaceAll(',', '\u202F')
    : value.toPrecision(3).replace(/e-(\d+)$/u, (_, power: string) => `·10⁻${superscript(power)}`).replace('-', '−');
}

/** A cosine or similarity with two decimals and a real minus sign. */
export function cosineText(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2).replace('-', '−') : '–';
}

/** A further term of a sum, with its sign: `+ 0.08`, `− 0.36`. */
export function termText(value: number): string {
  return `${value < 0 ? '−' : '+'} ${cosineText(Math.abs(value))}`;
}

/** A share as per cent. */
export function percent(share: number): string {
  return `${share < 0.01 && share > 0 ? '<1' : String(Math.round(share * 100))} %`;
}

function superscript(digits: string): string {
  return digits.replace(/\d/gu, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)));
}
