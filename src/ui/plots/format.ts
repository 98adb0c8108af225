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

/**
 * `similarity = concepts + bias + residual` with three decimals that add up as printed: the residual, which is what is left,
 * takes the rounding. Terms after the first carry their sign.
 */
export function sumTexts(of: { similarity: number; concepts: number; bias: number }): Record<'similarity' | 'concepts' | 'bias' | 'residual', string> {
  const [similarity = 0, concepts = 0, bias = 0] = [of.similarity, of.concepts, of.bias].map((value) => Math.round(value * 1000));
  const plain = (value: number): string => (value / 1000).toFixed(3).replace('-', '−');
  const term = (value: number): string => `${value < 0 ? '−' : '+'} ${plain(Math.abs(value))}`;
  return { similarity: plain(similarity), concepts: plain(concepts), bias: term(bias), residual: term(similarity - concepts - bias) };
}

/** A share as per cent. */
export function percent(share: number): string {
  return `${share < 0.01 && share > 0 ? '<1' : String(Math.round(share * 100))} %`;
}

function superscript(digits: string): string {
  return digits.replace(/\d/gu, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)));
}
