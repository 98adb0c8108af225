// The active concepts of each row, ascending, with their codes. One workgroup a row; each thread has a run of concepts.

override AUXILIARY: u32 = 0;
override GROUP: u32 = 128;

@group(0) @binding(1) var<storage, read> mask: array<vec4u>;
@group(0) @binding(2) var<storage, read> pre: array<f32>;
@group(0) @binding(3) var<storage, read> offsets: array<u32>;
@group(0) @binding(4) var<storage, read> control: Control;
/// (concept, bits of the code).
@group(0) @binding(5) var<storage, read_write> rowList: array<vec2u>;

var<workgroup> sums: array<u32, GROUP>;

@compute @workgroup_size(GROUP)
fn listRows(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = folded(group, groups);
  if (row >= params.rows || control.halted != 0u || control.total[AUXILIARY] == 0u) {
    return;
  }
  let words = (row / 32u) * params.quads;
  let bit = vec4u(row % 32u);
  let each = (params.quads + GROUP - 1u) / GROUP;
  let first = min(thread * each, params.quads);
  let end = min(first + each, params.quads);
  var mine = 0u;
  for (var quad = first; quad < end; quad++) {
    let bits = (mask[words + quad] >> bit) & vec4u(1u);
    mine += bits.x + bits.y + bits.z + bits.w;
  }
  sums[thread] = mine;
  workgroupBarrier();
  for (var reach = 1u; reach < GROUP; reach *= 2u) {
    var before = 0u;
    if (thread >= reach) {
      before = sums[thread - reach];
    }
    workgroupBarrier();
    sums[thread] += before;
    workgroupBarrier();
  }
  if (mine == 0u) {
    return;
  }
  var at = offsets[row] + sums[thread] - mine;
  for (var quad = first; quad < end; quad++) {
    let bits = (mask[words + quad] >> bit) & vec4u(1u);
    for (var i = 0u; i < 4u; i++) {
      if (bits[i] == 1u) {
        let atom = 4u * quad + i;
        rowList[at] = vec2u(atom, bitcast<u32>(pre[4u * row * params.quads + atom]));
        at += 1u;
      }
    }
  }
}
