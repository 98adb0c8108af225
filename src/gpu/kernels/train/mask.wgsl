// Which pre-codes are active: one bit each, 32 rows of a concept to a word, and how many a row and a concept has. A thread reads
// four concepts of 32 rows.

/// RELU: positive. BATCH: from θ_B up. ROWS: the largest of each row. AUXILIARY: the largest of each row among dead units that
/// have no code there. JUMP: from each concept's θ up.
const RELU = 0u;
const BATCH = 1u;
const ROWS = 2u;
const AUXILIARY = 3u;
const JUMP = 4u;
override MODE: u32 = BATCH;
override GROUP: u32 = 64;

@group(0) @binding(1) var<storage, read> pre: array<vec4u>;
@group(0) @binding(2) var<storage, read> control: Control;
/// A row: bits of its smallest kept pre-code, and the last concept that is kept among those equal to it.
@group(0) @binding(3) var<storage, read> rowLimits: array<vec2u>;
/// Steps for which each unit has been silent.
@group(0) @binding(4) var<storage, read> silent: array<u32>;
/// AUXILIARY: the mask of the codes.
@group(0) @binding(5) var<storage, read> taken: array<vec4u>;
@group(0) @binding(6) var<storage, read_write> mask: array<vec4u>;
/// Active entries of each row, then of each concept; cleared by the host.
@group(0) @binding(7) var<storage, read_write> counts: array<atomic<u32>>;

/// b_enc, then the logarithms of the thresholds.
@group(0) @binding(8) var<storage, read> encoderBias: array<vec4f>;

var<workgroup> rowCounts: array<atomic<u32>, 32>;

@compute @workgroup_size(GROUP)
fn mark(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  if (MODE == AUXILIARY && control.dead == 0u) {
    return;
  }
  let quad = group.x * GROUP + thread;
  let block = group.y;
  let firstRow = 32u * block;
  let rows = min(32u, params.rows - firstRow);
  var words = vec4u();
  if (quad < params.quads) {
    var eligible = vec4<bool>(true);
    var other = vec4u();
    if (MODE == AUXILIARY) {
      for (var i = 0u; i < 4u; i++) {
        eligible[i] = 4u * quad + i < params.concepts && silent[4u * quad + i] >= params.deadAfter;
      }
      other = taken[block * params.quads + quad];
    }
    var thetas = vec4f();
    if (MODE == JUMP) {
      thetas = exp(encoderBias[params.quads + quad]);
    }
    if (any(eligible)) {
      for (var r = 0u; r < rows; r++) {
        let bits = pre[(firstRow + r) * params.quads + quad];
        var kept = eligible & (bits - vec4u(1u) < vec4u(0x7f800000u));
        if (MODE == BATCH) {
          kept = kept & (bits >= vec4u(control.limit));
        } else if (MODE == ROWS || MODE == AUXILIARY) {
          let limit = rowLimits[firstRow + r];
          let atoms = vec4u(4u * quad) + vec4u(0u, 1u, 2u, 3u);
          kept = kept & ((bits > vec4u(limit.x)) | ((bits == vec4u(limit.x)) & (atoms <= vec4u(limit.y))));
        }
        if (MODE == JUMP) {
          kept = kept & (bitcast<vec4f>(bits) >= thetas);
        }
        if (MODE == AUXILIARY) {
          kept = kept & (((other >> vec4u(r)) & vec4u(1u)) == vec4u(0u));
        }
        let bit = select(vec4u(0u), vec4u(1u), kept);
        words |= bit << vec4u(r);
        let found = bit.x + bit.y + bit.z + bit.w;
        if (found > 0u) {
          atomicAdd(&rowCounts[r], found);
        }
      }
    }
    mask[block * params.quads + quad] = words;
    let found = countOneBits(words);
    for (var i = 0u; i < 4u; i++) {
      if (found[i] > 0u) {
        atomicAdd(&counts[params.batch + 4u * quad + i], found[i]);
      }
    }
  }
  workgroupBarrier();
  if (thread < rows) {
    let found = atomicLoad(&rowCounts[thread]);
    if (found > 0u) {
      atomicAdd(&counts[firstRow + thread], found);
    }
  }
}
