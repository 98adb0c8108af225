// Pre-codes (x − b_pre)·W_encᵀ + b_enc of a batch: the one dense product of a step. Behind tile.wgsl.

@group(0) @binding(3) var<storage, read> encoderBias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> pre: array<vec4f>;

fn store(row: u32, quad: u32, value: vec4f) {
  if (row < params.rows && quad < params.quads) {
    pre[row * params.quads + quad] = value + encoderBias[quad];
  }
}

fn storeFour(row: u32, quad: u32, s0: vec4f, s1: vec4f, s2: vec4f, s3: vec4f) {
  store(row, quad, s0);
  store(row + 1u, quad, s1);
  store(row + 2u, quad, s2);
  store(row + 3u, quad, s3);
}

@compute @workgroup_size(SIDE * SIDE)
fn precodes(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let sums = productsOf(group, thread);
  let place = placeOf(thread);
  let row = group.y * 8u * SIDE + 4u * place.y;
  let quad = group.x * EDGE + place.x;
  storeFour(row, quad, sums.r0, sums.r1, sums.r2, sums.r3);
  storeFour(row, quad + SIDE, sums.q0, sums.q1, sums.q2, sums.q3);
  storeFour(row + 4u * SIDE, quad, sums.r4, sums.r5, sums.r6, sums.r7);
  storeFour(row + 4u * SIDE, quad + SIDE, sums.q4, sums.q5, sums.q6, sums.q7);
}
