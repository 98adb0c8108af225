/**
 * Whether `(x, y)` lies inside a polygon `(m, 2)`, closed from its last corner to its first, by the non-zero rule: what a lasso went
 * around twice stays in it, as SVG and canvas fill it.
 */
export function insidePolygon(polygon: Float32Array, x: number, y: number): boolean {
  const corners = polygon.length >> 1;
  let winding = 0;
  for (let i = 0, j = corners - 1; i < corners; j = i++) {
    const [x0, y0] = [polygon[2 * j] as number, polygon[2 * j + 1] as number];
    const [x1, y1] = [polygon[2 * i] as number, polygon[2 * i + 1] as number];
    // Half-open in y, so that a corner at the point's height counts once.
    if (y0 <= y === y1 <= y) continue;
    const left = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
    if (y1 > y0 && left > 0) winding += 1;
    else if (y1 < y0 && left < 0) winding -= 1;
  }
  return winding !== 0;
}
