import { invariant } from '../errors.ts';

/** Steps of QL for one eigenvalue; two are usual. */
const MAX_STEPS = 60;

/** Eigenvalues, ascending, of a symmetric matrix `(n, n)`, by Householder's tridiagonal form and implicit QL. `a` is overwritten. */
export function symmetricEigenvalues(a: Float64Array, n: number): Float64Array {
  invariant(a.length === n * n, `${n}×${n} matrix in ${a.length} numbers`);
  const off = tridiagonalise(a, n);
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i] ?? 0);
  for (let l = 0; l < n; l++) isolate(diagonal, off, l);
  return diagonal.sort();
}

/** Leaves the diagonal of the tridiagonal form on that of `a`, and returns what is beside it. */
function tridiagonalise(a: Float64Array, n: number): Float64Array {
  const off = new Float64Array(n);
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k + 1 < n; k++) {
    let largest = 0;
    for (let i = k + 1; i < n; i++) largest = Math.max(largest, Math.abs(a[i * n + k] ?? 0));
    if (largest === 0) continue;
    // Scaled, so that squares neither vanish nor overflow; a reflection does not depend on the length of v.
    let squares = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = (a[i * n + k] ?? 0) / largest;
      squares += (v[i] ?? 0) ** 2;
    }
    const first = v[k + 1] ?? 0;
    const alpha = first > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    off[k] = alpha * largest;
    v[k + 1] = first - alpha;
    // vᵀv = 2(‖x‖² − α·x₁), so that 2/vᵀv is the inverse of this.
    const beta = squares - alpha * first;
    reflect(a, n, k + 1, v, w, 1 / beta);
  }
  return off;
}

/** `a ← H·a·H` with `H = 1 − β·v·vᵀ` on rows and columns from `start` on. */
function reflect(a: Float64Array, n: number, start: number, v: Float64Array, w: Float64Array, beta: number): void {
  let along = 0;
  for (let i = start; i < n; i++) {
    let sum = 0;
    for (let j = start, at = i * n + start; j < n; j++, at++) sum += (a[at] ?? 0) * (v[j] ?? 0);
    w[i] = beta * sum;
    along += (v[i] ?? 0) * beta * sum;
  }
  const half = (beta / 2) * along;
  for (let i = start; i < n; i++) w[i] = (w[i] ?? 0) - half * (v[i] ?? 0);
  for (let i = start; i < n; i++) {
    const vi = v[i] ?? 0;
    const wi = w[i] ?? 0;
    for (let j = start, at = i * n + start; j < n; j++, at++) a[at] = (a[at] ?? 0) - vi * (w[j] ?? 0) - wi * (v[j] ?? 0);
  }
}

/** Rotates until the number beside diagonal entry `l` is 0 (implicit QL with Wilkinson's shift). */
function isolate(d: Float64Array, e: Float64Array, l: number): void {
  for (let step = 0; ; step++) {
    let m = l;
    while (m + 1 < d.length && Math.abs(e[m] ?? 0) > Number.EPSILON * (Math.abs(d[m] ?? 0) + Math.abs(d[m + 1] ?? 0))) m += 1;
    if (m === l) return;
    invariant(step < MAX_STEPS, 'eigenvalues did not converge');
    sweep(d, e, l, m);
  }
}

function sweep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  const dl = d[l] ?? 0;
  const el = e[l] ?? 0;
  const ratio = ((d[l + 1] ?? 0) - dl) / (2 * el);
  let g = (d[m] ?? 0) - dl + el / (ratio + Math.sign(ratio || 1) * Math.hypot(ratio, 1));
  let sine = 1;
  let cosine = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = sine * (e[i] ?? 0);
    const b = cosine * (e[i] ?? 0);
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] ?? 0) - p;
      e[m] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = (d[i + 1] ?? 0) - p;
    const t = ((d[i] ?? 0) - g) * sine + 2 * cosine * b;
    p = sine * t;
    d[i + 1] = g + p;
    g = cosine * t - b;
  }
  d[l] = (d[l] ?? 0) - p;
  e[l] = g;
  e[m] = 0;
}
