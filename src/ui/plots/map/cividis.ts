/** Coefficients of the polynomials in t that the channels of cividis follow, constant first (d3-scale-chromatic's fit of Nuñez et al. 2018). */
const CHANNELS = [
  [-4.54, -35.34, 2381.73, -6402.7, 7024.72, -2710.57],
  [32.49, 170.73, 52.82, -131.46, 176.58, -67.37],
  [81.24, 442.36, -2482.43, 6167.24, -6614.94, 2475.67],
] as const;

/** Cividis at t in 0 … 1 (clamped) as red, green and blue in 0 … 255: a ramp for magnitudes that reads the same with any colour vision. */
export function cividis(t: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, t));
  const channel = (of: readonly number[]): number => Math.round(Math.min(255, Math.max(0, of.reduceRight((sum, a) => sum * at + a, 0))));
  return [channel(CHANNELS[0]), channel(CHANNELS[1]), channel(CHANNELS[2])];
}
