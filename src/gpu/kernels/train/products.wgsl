// The gradient of each active code: the product of its row's residual and its atom. TEAM threads an entry.

override AUXILIARY: u32 = 0;
override GROUP: u32 = 128;
override TEAM: u32 = 16;

@group(0) @binding(1) var<storage, read> control: Control;
@group(0) @binding(2) var<storage, read> keys: array<vec2u>;
@group(0) @binding(3) var<storage, read> pre: array<f32>;
@group(0) @binding(4) var<storage, read> residuals: array<vec4f>;
@group(0) @binding(5) var<storage, read> atoms: array<vec4f>;
/// (code, its gradient).
@group(0) @binding(6) var<storage, read_write> values: array<vec2f>;

var<workgroup> lanes: array<f32, GROUP>;

@compute @workgroup_size(GROUP)
fn multiply(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let each = GROUP / TEAM;
  let lane = thread % TEAM;
  let total = select(control.total[AUXILIARY], 0u, control.halted != 0u);
  for (var first = group.x * each; first < total; first += groups.x * each) {
    let entry = first + thread / TEAM;
    var product = 0.0;
    var key = vec2u();
    if (entry < total) {
      key = keys[entry];
      let prefix = select(prefixOf(key.y), 0u, AUXILIARY == 1u);
      let residual = (prefix * params.rows + key.x) * params.vectors;
      let atom = key.y * params.vectors;
      for (var v = lane; v < params.vectors; v += TEAM) {
        product += dot(residuals[residual + v], atoms[atom + v]);
      }
    }
    lanes[thread] = product;
    workgroupBarrier();
    if (lane == 0u && entry < total) {
      var sum = 0.0;
      for (var i = 0u; i < TEAM; i++) {
        sum += lanes[thread + i];
      }
      if (AUXILIARY == 0u && params.penalised == 1u) {
        sum += control.penalty / f32(params.rows);
      }
      values[entry] = vec2f(pre[4u * key.x * params.quads + key.y], sum);
    }
    workgroupBarrier();
  }
}
