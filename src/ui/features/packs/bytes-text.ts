const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A number of bytes for people: three digits and a unit. */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${UNITS[power] ?? ''}`;
}
