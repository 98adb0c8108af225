// Counts the positive pre-codes of a batch by 11, 11 and then 9 bits of their pattern: positive floats order as integers.
// After each level `pick` knows more bits of the k·B-th largest one. Integer counts do not depend on the order of the threads.

/// 0, 1 or 2.
override LEVEL: u32 = 0;
override GROUP: u32 = 256;
const BINS = 2048u;

@group(0) @binding(1) var<storage, read> pre: array<vec4u>;
@group(0) @binding(2) var<storage, read> control: Control;
/// BINS a level, cleared by the host.
@group(0) @binding(3) var<storage, read_write> histogram: array<atomic<u32>>;

var<workgroup> bins: array<atomic<u32>, BINS>;

fn note(bits: u32) {
  // Zero and the sign bit: not positive. Neither is a NaN that training produced, whatever its sign.
  if (bits == 0u || bits > 0x7f800000u) {
    return;
  }
  if (LEVEL == 0u) {
    atomicAdd(&bins[bits >> 20u], 1u);
  } else if (LEVEL == 1u && bits >> 20u == control.known) {
    atomicAdd(&bins[(bits >> 9u) & 2047u], 1u);
  } else if (LEVEL == 2u && bits >> 9u == control.known) {
    atomicAdd(&bins[bits & 511u], 1u);
  }
}

@compute @workgroup_size(GROUP)
fn count(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  if (LEVEL > 0u && control.decided == 1u) {
    return;
  }
  let total = params.rows * params.quads;
  for (var i = group.x * GROUP + thread; i < total; i += groups.x * GROUP) {
    let bits = pre[i];
    note(bits.x);
    note(bits.y);
    note(bits.z);
    note(bits.w);
  }
  workgroupBarrier();
  for (var i = thread; i < BINS; i += GROUP) {
    let found = atomicLoad(&bins[i]);
    if (found > 0u) {
      atomicAdd(&histogram[LEVEL * BINS + i], found);
    }
  }
}
