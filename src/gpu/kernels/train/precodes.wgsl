// Pre-codes (x − b_pre)·W_encᵀ + b_enc of a batch: the one dense product of a step.
//
// SIDE × SIDE threads compute 8·SIDE rows × 8·SIDE concepts, SIDE entries of the embedding at a time. Each thread holds 8 × 8 sums;
// it fetches the next tile into registers while it multiplies the last one. Tiles are stored transposed, a vec4 holding four
// rows (or concepts) of one entry, so that a thread reads 16 floats for 64 multiply-adds.

/// 8 or 16.
override SIDE: u32 = 16;

@group(0) @binding(1) var<storage, read> batch: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> encoderBias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> pre: array<vec4f>;

var<workgroup> tileX: array<vec4f, 2u * SIDE * SIDE>;
var<workgroup> tileW: array<vec4f, 2u * SIDE * SIDE>;

/// Four lines of one vec4 column: line-major as fetched, entry-major as stored.
struct Block {
  a: vec4f,
  b: vec4f,
  c: vec4f,
  d: vec4f,
}

fn rowAt(row: u32, v: u32) -> vec4f {
  if (row < params.rows && v < params.vectors) {
    return batch[row * params.vectors + v];
  }
  return vec4f();
}

fn weightAt(atom: u32, v: u32) -> vec4f {
  if (atom < params.concepts && v < params.vectors) {
    return weights[atom * params.vectors + v];
  }
  return vec4f();
}

fn fetchRows(row: u32, v: u32) -> Block {
  return Block(rowAt(row, v), rowAt(row + 1u, v), rowAt(row + 2u, v), rowAt(row + 3u, v));
}

fn fetchWeights(atom: u32, v: u32) -> Block {
  return Block(weightAt(atom, v), weightAt(atom + 1u, v), weightAt(atom + 2u, v), weightAt(atom + 3u, v));
}

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
  // Quads of lines of a tile, and vec4s of the embedding that it holds.
  let edge = 2u * SIDE;
  let depth = SIDE / 4u;
  let firstRow = group.y * 8u * SIDE;
  let firstAtom = group.x * 8u * SIDE;

  // Loading: half of the threads fetch rows, half weights, each a 4 × 4 block. Neighbours fetch neighbouring vec4s.
  let half = SIDE * SIDE / 2u;
  let forRows = thread < half;
  let item = thread % half;
  let lane = item % depth;
  let quad = item / depth;
  // Spreads the columns of the store over the memory banks; the readers undo it.
  let place = 4u * lane * edge + (quad ^ (2u * lane));

  // Computing: 32 neighbouring threads cover 4 × 8 quads, which they read without conflicts.
  let warp = thread / 32u;
  let across = SIDE / 8u;
  let y = (warp / across) * 4u + (thread % 32u) / 8u;
  let x = (warp % across) * 8u + thread % 8u;

  var r0 = vec4f();
  var r1 = vec4f();
  var r2 = vec4f();
  var r3 = vec4f();
  var r4 = vec4f();
  var r5 = vec4f();
  var r6 = vec4f();
  var r7 = vec4f();
  var q0 = vec4f();
  var q1 = vec4f();
  var q2 = vec4f();
  var q3 = vec4f();
  var q4 = vec4f();
  var q5 = vec4f();
  var q6 = vec4f();
  var q7 = vec4f();

  var next: Block;
  if (forRows) {
    next = fetchRows(firstRow + 4u * quad, lane);
  } else {
    next = fetchWeights(firstAtom + 4u * quad, lane);
  }
  for (var first = 0u; first < params.vectors; first += depth) {
    workgroupBarrier();
    if (forRows) {
      tileX[place] = vec4f(next.a.x, next.b.x, next.c.x, next.d.x);
      tileX[place + edge] = vec4f(next.a.y, next.b.y, next.c.y, next.d.y);
      tileX[place + 2u * edge] = vec4f(next.a.z, next.b.z, next.c.z, next.d.z);
      tileX[place + 3u * edge] = vec4f(next.a.w, next.b.w, next.c.w, next.d.w);
    } else {
      tileW[place] = vec4f(next.a.x, next.b.x, next.c.x, next.d.x);
      tileW[place + edge] = vec4f(next.a.y, next.b.y, next.c.y, next.d.y);
      tileW[place + 2u * edge] = vec4f(next.a.z, next.b.z, next.c.z, next.d.z);
      tileW[place + 3u * edge] = vec4f(next.a.w, next.b.w, next.c.w, next.d.w);
    }
    workgroupBarrier();
    // Beyond the last tile this fetches zeros, which nobody reads.
    if (forRows) {
      next = fetchRows(firstRow + 4u * quad, first + depth + lane);
    } else {
      next = fetchWeights(firstAtom + 4u * quad, first + depth + lane);
    }
    for (var k = 0u; k < SIDE; k++) {
      let turn = 2u * (k / 4u);
      let a = tileX[k * edge + (y ^ turn)];
      let b = tileX[k * edge + ((y + SIDE) ^ turn)];
      let v = tileW[k * edge + (x ^ turn)];
      let w = tileW[k * edge + ((x + SIDE) ^ turn)];
      r0 += a.x * v;
      r1 += a.y * v;
      r2 += a.z * v;
      r3 += a.w * v;
      r4 += b.x * v;
      r5 += b.y * v;
      r6 += b.z * v;
      r7 += b.w * v;
      q0 += a.x * w;
      q1 += a.y * w;
      q2 += a.z * w;
      q3 += a.w * w;
      q4 += b.x * w;
      q5 += b.y * w;
      q6 += b.z * w;
      q7 += b.w * w;
    }
  }

  let row = firstRow + 4u * y;
  let column = firstAtom / 4u + x;
  storeFour(row, column, r0, r1, r2, r3);
  storeFour(row, column + SIDE, q0, q1, q2, q3);
  storeFour(row + 4u * SIDE, column, r4, r5, r6, r7);
  storeFour(row + 4u * SIDE, column + SIDE, q4, q5, q6, q7);
}
