// Copies rows that an encoder left on the GPU into the layout of the other kernels: whole vec4s, padded with zeros,
// optionally scaled to unit norm; and finds each row's largest magnitude. One workgroup a row.

override GROUP: u32 = 64;

struct Params {
  /// First row of the source.
  first: u32,
  /// Entries of a row of the source.
  cols: u32,
  /// Entries of a row of the target, a multiple of 4.
  stride: u32,
  /// 1: scale each row to unit norm.
  unit: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> rows: array<f32>;
/// Per row: bits of max|x| of the source, then of the target. Bit patterns of magnitudes order as integers, so NaN and
/// infinity show up as the largest ones whatever fast-math assumes about floats.
@group(0) @binding(3) var<storage, read_write> before: array<u32>;
@group(0) @binding(4) var<storage, read_write> after: array<u32>;

var<workgroup> peak: atomic<u32>;
var<workgroup> top: atomic<u32>;
var<workgroup> squares: array<f32, GROUP>;

fn magnitude(v: f32) -> u32 {
  return bitcast<u32>(v) & 0x7fffffffu;
}

@compute @workgroup_size(GROUP)
fn normalise(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  let start = (params.first + row) * params.cols;
  var most = 0u;
  for (var i = lane; i < params.cols; i += GROUP) {
    most = max(most, magnitude(source[start + i]));
  }
  atomicMax(&peak, most);
  workgroupBarrier();

  // Scaling by a power of two first is exact, and keeps the squares from overflowing or vanishing.
  let largest = atomicLoad(&peak);
  let exponent = clamp(largest >> 23u, 1u, 253u);
  let scale = bitcast<f32>((254u - exponent) << 23u);
  var sum = 0.0;
  for (var i = lane; i < params.cols; i += GROUP) {
    let v = source[start + i] * scale;
    sum += v * v;
  }
  squares[lane] = sum;
  workgroupBarrier();
  for (var half = GROUP / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      squares[lane] += squares[lane + half];
    }
    workgroupBarrier();
  }
  var norm = 1.0;
  if (params.unit == 1u) {
    norm = sqrt(squares[0]);
  }

  most = 0u;
  for (var i = lane; i < params.stride; i += GROUP) {
    var v = 0.0;
    if (i < params.cols) {
      v = source[start + i];
      if (params.unit == 1u && largest != 0u) {
        v = v * scale / norm;
      }
    }
    rows[row * params.stride + i] = v;
    most = max(most, magnitude(v));
  }
  atomicMax(&top, most);
  workgroupBarrier();
  if (lane == 0u) {
    before[row] = largest;
    after[row] = atomicLoad(&top);
  }
}
