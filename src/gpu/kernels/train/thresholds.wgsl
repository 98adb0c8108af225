// JumpReLU's pseudo-gradient to the logarithms of its thresholds: for every row and concept z = relu(pre), and
// dlogθ = −Σ K(z − θ)·θ/bw · (θ·dz + λ/B), dz the product of residual and atom. `tiles` sums the rows of a tile, behind tile.wgsl;
// `total` the tiles, always in the same order.

@group(0) @binding(3) var<storage, read> pre: array<vec4f>;
/// b_enc, then the logarithms of the thresholds.
@group(0) @binding(4) var<storage, read> encoderBias: array<vec4f>;
@group(0) @binding(5) var<storage, read> control: Control;
/// (tiles of rows, quads).
@group(0) @binding(6) var<storage, read_write> parts: array<vec4f>;
/// (concepts, 2·vectors + 1): encoder weights, atom, (bias, Σz, logarithm of the threshold).
@group(0) @binding(7) var<storage, read_write> gradients: array<f32>;

const PI = 3.14159265358979;

/// The kernels of overcomplete's `sae/kernels.py`, as in core/training/jump-kernels.ts and in the order of `jumpKernels`.
fn kernelOf(x: vec4f) -> vec4f {
  let half = 0.5 * params.bandwidth;
  let u = abs(x) / half;
  switch (params.kernel) {
    case 0u: {
      // silverman
      let w = u / sqrt(2.0);
      return select(vec4f(), exp(-w) * sin(w + PI / 4.0) / half, u <= vec4f(24.0));
    }
    case 1u: {
      // rectangle
      return select(vec4f(), vec4f(1.0 / params.bandwidth), u < vec4f(1.0));
    }
    case 2u: {
      // gaussian
      return select(vec4f(), exp(-0.5 * u * u) / (params.bandwidth * sqrt(2.0 * PI)), u <= vec4f(6.0));
    }
    case 3u: {
      // triangular
      return max(vec4f(), 1.0 - u) / half;
    }
    case 4u: {
      // cosine
      return select(vec4f(), 0.5 * (1.0 + cos(0.5 * PI * u)), u < vec4f(2.0));
    }
    case 5u: {
      // epanechnikov
      return 0.75 * max(vec4f(), 1.0 - u * u) / half;
    }
    case 6u: {
      // quartic
      let w = max(vec4f(), 1.0 - u * u);
      return 0.9375 * w * w / half;
    }
    default: {
      // cauchy
      return 1.0 / (PI * half * (1.0 + u * u));
    }
  }
}

fn term(row: u32, quad: u32, thetas: vec4f, dz: vec4f) -> vec4f {
  if (row >= params.rows || quad >= params.quads) {
    return vec4f();
  }
  let delta = max(vec4f(), pre[row * params.quads + quad]) - thetas;
  let weight = kernelOf(delta) * thetas / params.bandwidth;
  return -weight * (thetas * dz + control.penalty / f32(params.rows));
}

fn thetasOf(quad: u32) -> vec4f {
  return exp(encoderBias[params.quads + min(quad, params.quads - 1u)]);
}

@compute @workgroup_size(SIDE * SIDE)
fn tiles(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let sums = productsOf(group, thread);
  let place = placeOf(thread);
  let row = group.y * 8u * SIDE + 4u * place.y;
  let far = row + 4u * SIDE;
  let quad = group.x * EDGE + place.x;
  let r = thetasOf(quad);
  let q = thetasOf(quad + SIDE);
  workgroupBarrier();
  tileLeft[place.y * EDGE + place.x] = term(row, quad, r, sums.r0) + term(row + 1u, quad, r, sums.r1)
    + term(row + 2u, quad, r, sums.r2) + term(row + 3u, quad, r, sums.r3)
    + term(far, quad, r, sums.r4) + term(far + 1u, quad, r, sums.r5)
    + term(far + 2u, quad, r, sums.r6) + term(far + 3u, quad, r, sums.r7);
  tileLeft[place.y * EDGE + place.x + SIDE] = term(row, quad + SIDE, q, sums.q0) + term(row + 1u, quad + SIDE, q, sums.q1)
    + term(row + 2u, quad + SIDE, q, sums.q2) + term(row + 3u, quad + SIDE, q, sums.q3)
    + term(far, quad + SIDE, q, sums.q4) + term(far + 1u, quad + SIDE, q, sums.q5)
    + term(far + 2u, quad + SIDE, q, sums.q6) + term(far + 3u, quad + SIDE, q, sums.q7);
  workgroupBarrier();
  let mine = group.x * EDGE + thread;
  if (thread < EDGE && mine < params.quads) {
    var sum = vec4f();
    for (var y = 0u; y < SIDE; y++) {
      sum += tileLeft[y * EDGE + thread];
    }
    parts[group.y * params.quads + mine] = sum;
  }
}

@compute @workgroup_size(64)
fn total(@builtin(global_invocation_id) thread: vec3u) {
  let quad = thread.x;
  if (quad >= params.quads || control.halted != 0u) {
    return;
  }
  var sum = vec4f();
  let count = (params.rows + 8u * SIDE - 1u) / (8u * SIDE);
  for (var tile = 0u; tile < count; tile++) {
    sum += parts[tile * params.quads + quad];
  }
  for (var i = 0u; i < 4u; i++) {
    let atom = 4u * quad + i;
    if (atom < params.concepts) {
      gradients[4u * (atom * (2u * params.vectors + 1u) + 2u * params.vectors) + 2u] = sum[i];
    }
  }
}
