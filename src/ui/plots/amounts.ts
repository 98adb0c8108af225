/** Between a number and its unit: no line ends there. */
const SPACE = '\u00A0';

/** A whole number with thin spaces between thousands: 6 426. */
export function count(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString('en').replaceAll(',', '\u202F') : '–';
}

/** A span of time for people: `<1 s`, `42 s`, `4 min 10 s`, `1 h 05 min`, not to be broken over lines. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds < 1) return `<1${SPACE}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)}${SPACE}s`;
  if (whole < 3600) return `${String(Math.floor(whole / 60))}${SPACE}min${SPACE}${String(whole % 60).padStart(2, '0')}${SPACE}s`;
  return `${String(Math.floor(whole / 3600))}${SPACE}h${SPACE}${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}${SPACE}min`;
}

/** Bytes in MB or GB (powers of ten), two or three digits. */
export function bytes(value: number): string {
  if (!Number.isFinite(value) || value < 0) return '–';
  if (value < 1e9) return `${(value / 1e6).toPrecision(value < 1e6 ? 1 : Math.max(2, String(Math.round(value / 1e6)).length))}${SPACE}MB`;
  return `${(value / 1e9).toFixed(1)}${SPACE}GB`;
}
