// One tile of the dense product of rows and concepts, for pre-codes and for the gradients of thresholds.
//
// SIDE × SIDE threads compute 8·SIDE rows × 8·SIDE concepts, SIDE entries of the embedding at a time. Each thread holds 8 × 8 sums;
// it fetches the next tile into registers while it multiplies the last one. Tiles are stored transposed, a vec4 holding four
// rows (or concepts) of one entry, so that a thread reads 16 floats for 64 multiply-adds.

/// 8 or 16.
override SIDE: u32 = 16;

/// (rows, vectors).
@group(0) @binding(1) var<storage, read> left: array<vec4f>;
/// (concepts, vectors).
@group(0) @binding(2) var<storage, read> right: array<vec4f>;

// A tile has SIDE / 4 slabs of four entries, EDGE quads of lines each, and PAD quads behind each slab: so the stores of neighbouring
// threads fall into different memory banks.
override EDGE: u32 = 2u * SIDE;
override PAD: u32 = 32u / SIDE;
override SLAB: u32 = 4u * EDGE + PAD;

var<workgroup> tileLeft: array<vec4f, SIDE / 4u * SLAB>;
var<workgroup> tileRight: array<vec4f, SIDE / 4u * SLAB>;

/// Four lines of one vec4 column: line-major as fetched, entry-major as stored.
struct Block {
  a: vec4f,
  b: vec4f,
  c: vec4f,
  d: vec4f,
}

/// What one thread computes: rows 4y … and 4(y + SIDE) … of concepts 4x … (r) and 4(x + SIDE) … (q) of the tile.
struct Products {
  r0: vec4f,
  r1: vec4f,
  r2: vec4f,
  r3: vec4f,
  r4: vec4f,
  r5: vec4f,
  r6: vec4f,
  r7: vec4f,
  q0: vec4f,
  q1: vec4f,
  q2: vec4f,
  q3: vec4f,
  q4: vec4f,
  q5: vec4f,
  q6: vec4f,
  q7: vec4f,
}

/// (x, y) of a thread: 32 neighbouring threads cover 4 × 8 quads, which they read without conflicts.
fn placeOf(thread: u32) -> vec2u {
  let warp = thread / 32u;
  let across = SIDE / 8u;
  return vec2u((warp % across) * 8u + thread % 8u, (warp / across) * 4u + (thread % 32u) / 8u);
}

fn rowAt(row: u32, v: u32) -> vec4f {
  if (row < params.rows && v < params.vectors) {
    return left[row * params.vectors + v];
  }
  return vec4f();
}

fn weightAt(atom: u32, v: u32) -> vec4f {
  if (atom < params.concepts && v < params.vectors) {
    return right[atom * params.vectors + v];
  }
  return vec4f();
}

fn fetchRows(row: u32, v: u32) -> Block {
  return Block(rowAt(row, v), rowAt(row + 1u, v), rowAt(row + 2u, v), rowAt(row + 3u, v));
}

fn fetchWeights(atom: u32, v: u32) -> Block {
  return Block(weightAt(atom, v), weightAt(atom + 1u, v), weightAt(atom + 2u, v), weightAt(atom + 3u, v));
}

fn productsOf(group: vec3u, thread: u32) -> Products {
  let firstRow = group.y * 8u * SIDE;
  let firstAtom = group.x * 8u * SIDE;

  // Loading: half of the threads fetch rows, half weights, each a 4 × 4 block. Neighbours fetch neighbouring vec4s.
  let depth = SIDE / 4u;
  let half = SIDE * SIDE / 2u;
  let forRows = thread < half;
  let slab = thread % depth;
  let quad = (thread % half) / depth;
  let place = slab * SLAB + quad;

  // Quotients and remainders show the compiler that all indices are in range, which spares it a comparison for each read.
  let x = placeOf(thread).x % SIDE;
  let y = placeOf(thread).y % SIDE;

  var sums: Products;
  var next: Block;
  if (forRows) {
    next = fetchRows(firstRow + 4u * quad, slab);
  } else {
    next = fetchWeights(firstAtom + 4u * quad, slab);
  }
  for (var first = 0u; first < params.vectors; first += depth) {
    workgroupBarrier();
    if (forRows) {
      tileLeft[place] = vec4f(next.a.x, next.b.x, next.c.x, next.d.x);
      tileLeft[place + EDGE] = vec4f(next.a.y, next.b.y, next.c.y, next.d.y);
      tileLeft[place + 2u * EDGE] = vec4f(next.a.z, next.b.z, next.c.z, next.d.z);
      tileLeft[place + 3u * EDGE] = vec4f(next.a.w, next.b.w, next.c.w, next.d.w);
    } else {
      tileRight[place] = vec4f(next.a.x, next.b.x, next.c.x, next.d.x);
      tileRight[place + EDGE] = vec4f(next.a.y, next.b.y, next.c.y, next.d.y);
      tileRight[place + 2u * EDGE] = vec4f(next.a.z, next.b.z, next.c.z, next.d.z);
      tileRight[place + 3u * EDGE] = vec4f(next.a.w, next.b.w, next.c.w, next.d.w);
    }
    workgroupBarrier();
    // Beyond the last tile this fetches zeros, which nobody reads.
    if (forRows) {
      next = fetchRows(firstRow + 4u * quad, first + depth + slab);
    } else {
      next = fetchWeights(firstAtom + 4u * quad, first + depth + slab);
    }
    for (var k = 0u; k < SIDE; k++) {
      let line = (k / 4u) * SLAB + (k % 4u) * EDGE;
      let a = tileLeft[line + y];
      let b = tileLeft[line + y + SIDE];
      let v = tileRight[line + x];
      let w = tileRight[line + x + SIDE];
      sums.r0 += a.x * v;
      sums.r1 += a.y * v;
      sums.r2 += a.z * v;
      sums.r3 += a.w * v;
      sums.r4 += b.x * v;
      sums.r5 += b.y * v;
      sums.r6 += b.z * v;
      sums.r7 += b.w * v;
      sums.q0 += a.x * w;
      sums.q1 += a.y * w;
      sums.q2 += a.z * w;
      sums.q3 += a.w * w;
      sums.q4 += b.x * w;
      sums.q5 += b.y * w;
      sums.q6 += b.z * w;
      sums.q7 += b.w * w;
    }
  }
  return sums;
}
