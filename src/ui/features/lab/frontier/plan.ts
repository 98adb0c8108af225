/** Numbers in a list typed by hand (commas, spaces or semicolons between them), or null when something in it is not one. */
export function parseList(text: string, fits: (value: number) => boolean, most = 24): number[] | null {
  const parts = text.split(/[\s,;、,]+/u).filter((part) => part !== '');
  const values = [...new Set(parts.map(Number))];
  return values.length <= most && values.every((value) => Number.isFinite(value) && fits(value)) ? values : null;
}

export const isCount = (value: number): boolean => Number.isInteger(value) && value > 0 && value <= 4096;
export const isSeed = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** 32;
export const isShare = (value: number): boolean => value >= 0 && value <= 1;
