// Sums of codes and histograms of activations for each concept, in integers throughout: the result depends neither on the order
// in which threads come nor on how a driver computes with floats.

override GROUP: u32 = 64;
override BINS: u32 = 64;
/// Bits of a float below those that number its bin, and what those spell for the first bin; see core/analysis/histogram.ts.
override BIN_SHIFT: u32 = 21;
override FIRST_BIN: u32 = 0;

struct Params {
  entries: u32,
  c: u32,
  /// Threads in all.
  stride: u32,
  /// Biased exponent of the largest magnitude; the unit of the sums is 2^(largest - 166).
  largest: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
/// Concept number, with the highest bit set in rows that are held out; bits of the code.
@group(0) @binding(1) var<storage, read> entries: array<vec2u>;
/// Per concept: low and high word of the sum in units, two's complement; 1 if any code was not 0.
@group(0) @binding(2) var<storage, read_write> sums: array<atomic<u32>>;
/// Training rows (c, BINS), then held-out rows.
@group(0) @binding(3) var<storage, read_write> histograms: array<atomic<u32>>;

@compute @workgroup_size(GROUP)
fn concepts(@builtin(global_invocation_id) id: vec3u) {
  for (var e = id.x; e < params.entries; e += params.stride) {
    let entry = entries[e];
    let item = entry.x & 0x7fffffffu;
    let magnitude = entry.y & 0x7fffffffu;
    if (magnitude == 0u) {
      continue;
    }
    let mantissa = mantissaOf(entry.y);
    var units = shiftRight(mantissa << 16u, mantissa >> 16u, params.largest - exponentOf(entry.y));
    let negative = entry.y != magnitude;
    if (negative) {
      units = negated(units);
    }
    let before = atomicAdd(&sums[item * 3u], units.x);
    // Each addition carries what it itself made overflow, so the pair is right once all are done.
    let carry = select(0u, 1u, before + units.x < before);
    atomicAdd(&sums[item * 3u + 1u], units.y + carry);
    atomicOr(&sums[item * 3u + 2u], 1u);
    if (!negative) {
      let bin = clamp(magnitude >> BIN_SHIFT, FIRST_BIN, FIRST_BIN + BINS - 1u) - FIRST_BIN;
      let part = (entry.x >> 31u) * params.c;
      atomicAdd(&histograms[(part + item) * BINS + bin], 1u);
    }
  }
}
