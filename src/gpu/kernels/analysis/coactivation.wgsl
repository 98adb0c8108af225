// Co-activation of image-side and text-side concepts over matched pairs, summed in 64-bit integers into a dense tile of the c x c
// matrix, and the entries of the tile that are not 0. Integers make the sums independent of the order of threads.

override GROUP: u32 = 64;

struct Params {
  /// Pairs (coactivate) or rows of the tile (count, collect).
  count: u32,
  c: u32,
  /// First image-side concept of the tile.
  first: u32,
  /// Image-side concepts of the tile.
  rows: u32,
  /// Sum of the biased exponents of the largest magnitudes on both sides; the unit is 2^(largest - 298).
  largest: u32,
  /// First row of the tile that `collect` writes, and its place in the output.
  begin: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
/// Pair p: images' entries from 2p to 2p + 1, texts' from 2p + 1 to 2p + 2.
@group(0) @binding(1) var<storage, read> starts: array<u32>;
/// Concept number and bits of the code.
@group(0) @binding(2) var<storage, read> entries: array<vec2u>;
/// (rows, c, 2): low and high word of the sum in units, two's complement.
@group(0) @binding(3) var<storage, read_write> tile: array<atomic<u32>>;
/// `count` writes how many entries each row has; `collect` reads where each row starts.
@group(0) @binding(4) var<storage, read_write> places: array<u32>;
/// Column, low and high word.
@group(0) @binding(5) var<storage, read_write> output: array<u32>;

var<workgroup> found: array<u32, GROUP>;

/// Product of two numbers of 24 bits: low and high word.
fn multiply(a: u32, b: u32) -> vec2u {
  let inner = (a & 0xffffu) * (b >> 16u) + (a >> 16u) * (b & 0xffffu);
  let least = (a & 0xffffu) * (b & 0xffffu);
  let low = least + (inner << 16u);
  return vec2u(low, (inner >> 16u) + (a >> 16u) * (b >> 16u) + select(0u, 1u, low < least));
}

@compute @workgroup_size(GROUP)
fn coactivate(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let image = starts[2u * group.x];
  let text = starts[2u * group.x + 1u];
  let texts = starts[2u * group.x + 2u] - text;
  let products = (text - image) * texts;
  for (var n = lane; n < products; n += GROUP) {
    let a = entries[image + n / texts];
    if (a.x < params.first || a.x - params.first >= params.rows) {
      continue;
    }
    let b = entries[text + n % texts];
    let product = multiply(mantissaOf(a.y), mantissaOf(b.y));
    var units = shiftRight(product.x, product.y, params.largest + 2u - exponentOf(a.y) - exponentOf(b.y));
    if (units.x == 0u && units.y == 0u) {
      continue;
    }
    if (((a.y ^ b.y) & 0x80000000u) != 0u) {
      units = negated(units);
    }
    let at = 2u * ((a.x - params.first) * params.c + b.x);
    let before = atomicAdd(&tile[at], units.x);
    // Each addition carries what it itself made overflow, so the pair is right once all are done.
    atomicAdd(&tile[at + 1u], units.y + select(0u, 1u, before + units.x < before));
  }
}

/// Entries that are not 0 in this lane's share of a row.
fn countShare(row: u32, lane: u32) -> u32 {
  let share = (params.c + GROUP - 1u) / GROUP;
  var sum = 0u;
  for (var j = lane * share; j < min(params.c, (lane + 1u) * share); j++) {
    let at = 2u * (row * params.c + j);
    if ((atomicLoad(&tile[at]) | atomicLoad(&tile[at + 1u])) != 0u) {
      sum += 1u;
    }
  }
  return sum;
}

@compute @workgroup_size(GROUP)
fn count(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  found[lane] = countShare(group.x, lane);
  workgroupBarrier();
  if (lane == 0u) {
    var sum = 0u;
    for (var other = 0u; other < GROUP; other++) {
      sum += found[other];
    }
    places[group.x] = sum;
  }
}

/// Writes the entries of each row in the order of columns, from the row's place on.
@compute @workgroup_size(GROUP)
fn collect(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = params.begin + group.x;
  found[lane] = countShare(row, lane);
  workgroupBarrier();
  var place = places[row] - places[params.begin];
  for (var other = 0u; other < lane; other++) {
    place += found[other];
  }
  let share = (params.c + GROUP - 1u) / GROUP;
  for (var j = lane * share; j < min(params.c, (lane + 1u) * share); j++) {
    let at = 2u * (row * params.c + j);
    let low = atomicLoad(&tile[at]);
    let high = atomicLoad(&tile[at + 1u]);
    if ((low | high) != 0u) {
      output[3u * place] = j;
      output[3u * place + 1u] = low;
      output[3u * place + 2u] = high;
      place += 1u;
    }
  }
}
