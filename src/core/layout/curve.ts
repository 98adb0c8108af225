/** Points at which the curve is fitted, evenly spread over [0, 3·spread] with spread 1, as umap-learn takes them. */
const POINTS = 300;
const STEPS = 200;

/**
 * The a and b with which `1/(1 + a·x^(2b))` is nearest, in least squares, to 1 up to `minDist` and `exp(−(x − minDist))` beyond: how near
 * two points of a layout are (McInnes et al. 2018, "optimisation"; umap-learn's `find_ab_params` with spread 1). Levenberg and Marquardt's steps.
 */
export function fitCurve(minDist: number): { readonly a: number; readonly b: number } {
  let a = 1;
  let b = 1;
  let damping = 1e-3;
  let error = squaredError(a, b, minDist);
  for (let step = 0; step < STEPS; step++) {
    let aa = 0, ab = 0, bb = 0, ga = 0, gb = 0;
    // At x = 0 the curve is 1 whatever a and b are.
    for (let i = 1; i < POINTS; i++) {
      const x = (3 * i) / (POINTS - 1);
      const power = x ** (2 * b);
      const value = 1 / (1 + a * power);
      const da = -power * value * value;
      const db = 2 * a * Math.log(x) * da;
      const residual = target(x, minDist) - value;
      aa += da * da;
      ab += da * db;
      bb += db * db;
      ga += da * residual;
      gb += db * residual;
    }
    const [daa, dbb] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = daa * dbb - ab * ab;
    const nextA = a + (dbb * ga - ab * gb) / determinant;
    const nextB = b + (daa * gb - ab * ga) / determinant;
    const nextError = nextA > 0 && nextB > 0 ? squaredError(nextA, nextB, minDist) : Infinity;
    if (nextError < error) {
      const settled = error - nextError < 1e-15 * error;
      [a, b, error, damping] = [nextA, nextB, nextError, damping / 10];
      if (settled) break;
    } else {
      damping *= 10;
      // No step is small enough: this is the minimum, up to rounding.
      if (damping > 1e12) break;
    }
  }
  return { a, b };
}

function target(x: number, minDist: number): number {
  return x < minDist ? 1 : Math.exp(minDist - x);
}

function squaredError(a: number, b: number, minDist: number): number {
  let sum = 0;
  for (let i = 0; i < POINTS; i++) {
    const x = (3 * i) / (POINTS - 1);
    sum += (target(x, minDist) - 1 / (1 + a * x ** (2 * b))) ** 2;
  }
  return sum;
}
