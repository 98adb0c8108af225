/**
 * Moves and scales points `(n, 2)` in place so that the box around them is centred in [-1, 1]² and its longer side fills it; returns them.
 * Points that all coincide end at 0; NaN stays.
 */
export function fitSquare<T extends Float32Array | Float64Array>(positions: T): T {
  let left = Infinity;
  let right = -Infinity;
  let low = Infinity;
  let high = -Infinity;
  for (let at = 0; at + 1 < positions.length; at += 2) {
    const x = positions[at] ?? Number.NaN;
    const y = positions[at + 1] ?? Number.NaN;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < low) low = y;
    if (y > high) high = y;
  }
  const half = Math.max(right - left, high - low) / 2;
  const scale = half > 0 ? 1 / half : 0;
  for (let at = 0; at + 1 < positions.length; at += 2) {
    positions[at] = ((positions[at] ?? 0) - (left + right) / 2) * scale;
    positions[at + 1] = ((positions[at + 1] ?? 0) - (low + high) / 2) * scale;
  }
  return positions;
}
