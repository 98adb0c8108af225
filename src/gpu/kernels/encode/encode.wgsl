// Fused inference of ReLU, JumpReLU and BatchTopK dictionaries, in two steps.
//
// 1. `tiled` (batches) or `matvec` (a few rows) computes pre-codes in plain f32 and appends every (row, concept) that may
//    be active: the test is widened by a rigorous bound of the f32 rounding error, so no active concept is missed.
// 2. `refine` recomputes those few pre-codes in fixed point and decides. Integer sums do not depend on their order, on fused
//    multiply-adds or on fast-math, so the same bits come out of every GPU, and they agree with a float64 reference.
//
// `atom` is the number of a concept (that word is reserved in WGSL). Weights are one row a concept; embeddings and weights are padded with zeros to whole vec4s.

// tiled: SIDE × SIDE threads compute 4·SIDE rows × 4·SIDE concepts, DEPTH vec4s of the embedding at a time.
override SIDE: u32 = 16;
override DEPTH: u32 = 4;
// matvec and refine: GROUP threads; in matvec LANES of them share one pre-code.
override GROUP: u32 = 64;
override LANES: u32 = 16;
// matvec: rows that share one pass over the weights, at most MAX_ROWS.
override ROWS: u32 = 8;
const MAX_ROWS = 8u;

struct Params {
  rows: u32,
  /// vec4s of one embedding.
  vectors: u32,
  /// All concepts of the dictionary, c.
  concepts: u32,
  /// The block of concepts whose weights are bound.
  firstConcept: u32,
  blockConcepts: u32,
  /// Entries that fit.
  capacity: u32,
  /// 1 when the comparator is >=.
  inclusive: u32,
  /// Bound of the relative f32 error of a pre-code.
  slack: f32,
}

/// What the kernel adds to x·w of a concept. Each vec2f is the sum of two floats: about 48 bits.
struct Concept {
  /// b_enc − b_pre·W.
  bias: vec2f,
  theta: vec2f,
  /// Σw.
  column: vec2f,
  /// −mean·W.
  mean: vec2f,
  /// At least Σ|w|.
  reach: f32,
  /// At least |bias| + |θ|.
  shift: f32,
  /// At least |mean|.
  offset: f32,
  /// 1 when θ is out of reach.
  silent: f32,
}

/// The input norm of a row: norm(x) = factor · (x − mean − shift), inverse = 1 / factor.
struct RowNorm {
  shift: vec2f,
  inverse: vec2f,
  factor: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> embeddings: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> table: array<Concept>;
/// max|x| of each row.
@group(0) @binding(4) var<storage, read> largest: array<f32>;
@group(0) @binding(5) var<storage, read> norms: array<RowNorm>;
/// Candidates found; keeps counting beyond the capacity, so that the host sees an overflow.
@group(0) @binding(6) var<storage, read_write> found: atomic<u32>;
/// Two words an entry: row · c + concept, and the bits of the code (0: not active after all).
@group(0) @binding(7) var<storage, read_write> entries: array<u32>;

// Everything is compared before the factor: x·w + mean − shift·column + bias·inverse with θ·inverse.

/// At least the sum of the magnitudes of all terms.
fn boundOf(row: u32, atom: u32) -> f32 {
  return (largest[row] + abs(norms[row].shift.x)) * table[atom].reach + table[atom].offset
    + norms[row].inverse.x * table[atom].shift;
}

fn mayBeActive(row: u32, atom: u32, product: f32) -> bool {
  if (row >= params.rows || atom >= params.firstConcept + params.blockConcepts) {
    return false;
  }
  let shifted = product + table[atom].mean.x - norms[row].shift.x * table[atom].column.x;
  let over = shifted + norms[row].inverse.x * (table[atom].bias.x - table[atom].theta.x);
  return table[atom].silent == 0.0 && over >= -params.slack * boundOf(row, atom);
}

fn store(at: u32, row: u32, atom: u32) {
  if (at < params.capacity) {
    entries[2u * at] = row * params.concepts + atom;
    entries[2u * at + 1u] = 0u;
  }
}

// ---------------------------------------------------------------------------------------------------------------- tiled

var<workgroup> tileX: array<vec4f, 4u * SIDE * DEPTH>;
var<workgroup> tileW: array<vec4f, 4u * SIDE * DEPTH>;

@compute @workgroup_size(SIDE, SIDE)
fn tiled(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let edge = 4u * SIDE;
  let firstRow = group.y * edge;
  let firstConcept = group.x * edge;
  var s0 = vec4f();
  var s1 = vec4f();
  var s2 = vec4f();
  var s3 = vec4f();

  for (var first = 0u; first < params.vectors; first += DEPTH) {
    for (var i = thread; i < edge * DEPTH; i += SIDE * SIDE) {
      let line = i / DEPTH;
      let k = first + i % DEPTH;
      let at = (i % DEPTH) * edge + line;
      let inside = k < params.vectors;
      tileX[at] = vec4f();
      tileW[at] = vec4f();
      if (inside && firstRow + line < params.rows) {
        tileX[at] = embeddings[(firstRow + line) * params.vectors + k];
      }
      if (inside && firstConcept + line < params.blockConcepts) {
        tileW[at] = weights[(firstConcept + line) * params.vectors + k];
      }
    }
    workgroupBarrier();
    for (var k = 0u; k < DEPTH; k++) {
      // A thread's rows and concepts are SIDE apart, so that neighbours read neighbouring vec4s: no bank conflicts.
      let x = k * edge + local.y;
      let w = k * edge + local.x;
      let w0 = tileW[w];
      let w1 = tileW[w + SIDE];
      let w2 = tileW[w + 2u * SIDE];
      let w3 = tileW[w + 3u * SIDE];
      let x0 = tileX[x];
      let x1 = tileX[x + SIDE];
      let x2 = tileX[x + 2u * SIDE];
      let x3 = tileX[x + 3u * SIDE];
      s0 += vec4f(dot(x0, w0), dot(x0, w1), dot(x0, w2), dot(x0, w3));
      s1 += vec4f(dot(x1, w0), dot(x1, w1), dot(x1, w2), dot(x1, w3));
      s2 += vec4f(dot(x2, w0), dot(x2, w1), dot(x2, w2), dot(x2, w3));
      s3 += vec4f(dot(x3, w0), dot(x3, w1), dot(x3, w2), dot(x3, w3));
    }
    workgroupBarrier();
  }

  // A var: naga indexes only variables by a runtime value.
  var sums = array<vec4f, 4>(s0, s1, s2, s3);
  let row = firstRow + local.y;
  let atom = params.firstConcept + firstConcept + local.x;
  var hits = 0u;
  for (var i = 0u; i < 16u; i++) {
    if (mayBeActive(row + (i / 4u) * SIDE, atom + (i % 4u) * SIDE, sums[i / 4u][i % 4u])) {
      hits |= 1u << i;
    }
  }
  if (hits != 0u) {
    var at = atomicAdd(&found, countOneBits(hits));
    for (var i = 0u; i < 16u; i++) {
      if ((hits & (1u << i)) != 0u) {
        store(at, row + (i / 4u) * SIDE, atom + (i % 4u) * SIDE);
        at += 1u;
      }
    }
  }
}

// --------------------------------------------------------------------------------------------------------------- matvec

var<workgroup> lanes: array<f32, GROUP * ROWS>;

@compute @workgroup_size(GROUP)
fn matvec(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let perGroup = GROUP / LANES;
  let firstRow = group.y * ROWS;
  let mine = group.x * perGroup + thread / LANES;
  var sums = array<f32, MAX_ROWS>();
  if (mine < params.blockConcepts) {
    for (var k = thread % LANES; k < params.vectors; k += LANES) {
      let w = weights[mine * params.vectors + k];
      for (var r = 0u; r < ROWS; r++) {
        sums[r] += dot(embeddings[min(firstRow + r, params.rows - 1u) * params.vectors + k], w);
      }
    }
  }
  for (var r = 0u; r < ROWS; r++) {
    lanes[r * GROUP + thread] = sums[r];
  }
  workgroupBarrier();
  for (var i = thread; i < perGroup * ROWS; i += GROUP) {
    let r = i / perGroup;
    let slot = i % perGroup;
    var product = 0.0;
    for (var n = 0u; n < LANES; n++) {
      product += lanes[r * GROUP + slot * LANES + n];
    }
    let atom = params.firstConcept + group.x * perGroup + slot;
    if (mayBeActive(firstRow + r, atom, product)) {
      store(atomicAdd(&found, 1u), firstRow + r, atom);
    }
  }
}

// --------------------------------------------------------------------------------------------------------------- refine

/// Fixed point: value · 2^point = whole + part / 65536. Sums of whole may wrap on the way; the result fits.
struct Fixed {
  whole: i32,
  part: i32,
}

fn powerOfTwo(exponent: i32) -> f32 {
  return bitcast<f32>(u32(exponent + 127) << 23u);
}

/// The upper 12 bits of each mantissa. A product of two such halves is exact in f32.
fn upperHalf(v: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(v) & vec4u(0xfffff000u));
}

/// Adds the products a·b, times unit, each split into four exact ones.
fn addProducts(whole: ptr<function, vec4i>, part: ptr<function, vec4i>, a: vec4f, b: vec4f, unit: f32) {
  let ah = upperHalf(a);
  let bh = upperHalf(b);
  let al = a - ah;
  let bl = b - bh;
  let hh = (ah * bh) * unit;
  let hl = (ah * bl) * unit;
  let lh = (al * bh) * unit;
  let ll = (al * bl) * unit;
  let nhh = round(hh);
  let nhl = round(hl);
  let nlh = round(lh);
  *whole += vec4i(nhh) + vec4i(nhl) + vec4i(nlh);
  // The last product is below 2^8 units: its fraction alone holds it.
  *part += vec4i(round((hh - nhh) * 65536.0)) + vec4i(round((hl - nhl) * 65536.0))
    + vec4i(round((lh - nlh) * 65536.0)) + vec4i(round(ll * 65536.0));
}

fn sum(v: vec4i) -> i32 {
  return v.x + v.y + v.z + v.w;
}

/// Brings part into 0 … 65535.
fn carry(whole: i32, part: i32) -> Fixed {
  return Fixed(whole + (part >> 16u), part & 0xffff);
}

/// The float nearest to a positive fixed-point number.
fn floatOf(a: Fixed, point: i32) -> f32 {
  if (a.whole == 0) {
    return f32(a.part) * powerOfTwo(-16 - point);
  }
  let whole = u32(a.whole);
  let zeros = countLeadingZeros(whole);
  let bits = (whole << zeros) | ((u32(a.part) << 16u) >> (32u - zeros));
  return f32((bits >> 8u) + ((bits >> 7u) & 1u)) * powerOfTwo(8 - i32(zeros) - point);
}

// One thread an entry: there are few, and a thread needs no barrier.
@compute @workgroup_size(GROUP)
fn refine(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let count = min(atomicLoad(&found), params.capacity);
  for (var at = thread.x; at < count; at += groups.x * GROUP) {
    let row = entries[2u * at] / params.concepts;
    let atom = entries[2u * at] % params.concepts;
    // Wraps to a large number below the block.
    let inBlock = atom - params.firstConcept;
    if (inBlock < params.blockConcepts) {
      entries[2u * at + 1u] = codeOf(row, atom, inBlock);
    }
  }
}

/// Bits of the code of one candidate, 0 when it is not active.
fn codeOf(row: u32, atom: u32, inBlock: u32) -> u32 {
  // bound < 2^(exponent + 1), so that every sum stays below 2^30; the clamp keeps the power of two finite.
  let exponent = max(i32(bitcast<u32>(boundOf(row, atom)) >> 23u) - 127, -60);
  let point = 29 - exponent;
  let unit = powerOfTwo(point);
  let item = table[atom];
  let norm = norms[row];

  var whole = vec4i();
  var part = vec4i();
  for (var k = 0u; k < params.vectors; k++) {
    addProducts(&whole, &part, embeddings[row * params.vectors + k], weights[inBlock * params.vectors + k], unit);
  }
  // The pairs multiplied out; the product of the two small halves is below the resolution.
  let inverse = vec4f(norm.inverse.x, norm.inverse.x, norm.inverse.y, 1.0);
  let shift = vec4f(-norm.shift.x, -norm.shift.x, -norm.shift.y, 1.0);
  addProducts(&whole, &part, inverse, vec4f(item.bias, item.bias.x, item.mean.x), unit);
  addProducts(&whole, &part, shift, vec4f(item.column, item.column.x, item.mean.y), unit);
  let z = carry(sum(whole), sum(part));

  whole = vec4i();
  part = vec4i();
  addProducts(&whole, &part, inverse, vec4f(item.theta, item.theta.x, 0.0), unit);
  let t = carry(sum(whole), sum(part));

  let above = z.whole > t.whole || (z.whole == t.whole && z.part > t.part);
  let tie = z.whole == t.whole && z.part == t.part && params.inclusive == 1u;
  // θ is at least 0, so a negative pre-code is out, and one of exactly 0 gives the bits of "not active".
  if (above || tie) {
    return bitcast<u32>(floatOf(z, point) * norm.factor);
  }
  return 0u;
}
