// AdamW in torch's order on one row of weights a workgroup; atoms are scaled to unit norm afterwards, which the next step would do first.

/// 0: encoder weights, 1: atoms.
override PART: u32 = 0;
const GROUP = 64u;

@group(0) @binding(1) var<storage, read> control: Control;
/// (concepts, 2·vectors + 1): encoder weights, atom, bias.
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> second: array<vec4f>;

var<workgroup> squares: array<f32, GROUP>;

@compute @workgroup_size(GROUP)
fn adam(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let atom = folded(group, groups);
  if (atom >= params.concepts || control.halted != 0u) {
    return;
  }
  let gradient = atom * (2u * params.vectors + 1u) + PART * params.vectors;
  let begin = atom * params.vectors;
  var square = 0.0;
  for (var v = thread; v < params.vectors; v += GROUP) {
    let at = begin + v;
    let g = control.clip * gradients[gradient + v];
    let m = params.betas.x * first[at] + params.betas.y * g;
    let s = params.betas.z * second[at] + params.betas.w * g * g;
    let w = params.decay * weights[at] - params.stepSize * m / (sqrt(s) * params.correction + params.epsilon);
    first[at] = m;
    second[at] = s;
    weights[at] = w;
    square += dot(w, w);
  }
  if (PART == 1u) {
    squares[thread] = square;
    workgroupBarrier();
    for (var half = GROUP / 2u; half > 0u; half /= 2u) {
      if (thread < half) {
        squares[thread] += squares[thread + half];
      }
      workgroupBarrier();
    }
    let norm = max(sqrt(squares[0]), 1e-12);
    for (var v = thread; v < params.vectors; v += GROUP) {
      weights[begin + v] /= norm;
    }
  }
}
