/** A share or score with two decimals and no zero before the point, as dense lines have it: .93, 1.00, −.20; `–` without a value. */
export function shortNumber(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2).replace(/^(-?)0\./u, '$1.').replace('-', '−') : '–';
}
