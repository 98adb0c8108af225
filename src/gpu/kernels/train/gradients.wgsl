// Gradients of each concept's encoder weights, atom and bias, summed over the rows in which it is active. A workgroup sums one
// segment of a concept's entries; segments beyond the first go to rows behind those of the concepts, and `combine` adds them up.

/// 1: adds the gradients of the auxiliary loss; its segments beyond the first come behind those of the codes.
override AUXILIARY: u32 = 0;
/// Threads, and vec4s of the embedding that a workgroup has.
override GROUP: u32 = 64;
/// Entries at hand in workgroup memory; a multiple of 4.
const CHUNK = 64u;

@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> keys: array<vec2u>;
/// (code, its gradient).
@group(0) @binding(3) var<storage, read> values: array<vec2f>;
@group(0) @binding(4) var<storage, read> extraConcept: array<u32>;
/// x − b_pre.
@group(0) @binding(5) var<storage, read> batch: array<vec4f>;
@group(0) @binding(6) var<storage, read> residuals: array<vec4f>;
/// (concepts + extra segments, 2·vectors + 1): encoder weights, atom, (bias, Σz, logarithm of the threshold).
@group(0) @binding(7) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(8) var<storage, read> control: Control;

var<workgroup> rows: array<u32, CHUNK>;
var<workgroup> codes: array<vec2f, CHUNK>;

@compute @workgroup_size(GROUP)
fn sumGradients(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  var line = folded(group, groups);
  let extras = params.batch + params.concepts + 2u;
  if (control.halted != 0u || line >= params.concepts + control.extras[AUXILIARY] || (AUXILIARY == 1u && control.total.y == 0u)) {
    return;
  }
  var atom = line;
  var segment = 0u;
  if (line >= params.concepts) {
    let extra = line - params.concepts;
    atom = extraConcept[extra];
    segment = 1u + extra - offsets[extras + atom];
    line += AUXILIARY * params.extraCapacity.x;
  }
  let column = params.batch + 1u + atom;
  let begin = offsets[column] + segment * params.segment;
  let end = min(begin + params.segment, offsets[column + 1u]);
  if (AUXILIARY == 1u && begin == end) {
    return;
  }
  let v = group.z * GROUP + thread;
  let inside = v < params.vectors;
  let firstResidual = select(prefixOf(atom) * params.rows, 0u, AUXILIARY == 1u);

  var weights = vec4f();
  var direction = vec4f();
  // Σ dz, Σ z.
  var bias = vec2f();
  for (var first = begin; first < end; first += CHUNK) {
    workgroupBarrier();
    for (var i = thread; i < CHUNK; i += GROUP) {
      // Beyond the end: no contribution of a row that exists.
      let inRange = first + i < end;
      let at = select(begin, first + i, inRange);
      rows[i] = keys[at].x;
      codes[i] = select(vec2f(), values[at], inRange);
    }
    workgroupBarrier();
    if (inside) {
      let most = min(CHUNK, end - first);
      for (var i = 0u; i < most; i += 4u) {
        let c0 = codes[i];
        let c1 = codes[i + 1u];
        let c2 = codes[i + 2u];
        let c3 = codes[i + 3u];
        let x0 = rows[i] * params.vectors + v;
        let x1 = rows[i + 1u] * params.vectors + v;
        let x2 = rows[i + 2u] * params.vectors + v;
        let x3 = rows[i + 3u] * params.vectors + v;
        let r = firstResidual * params.vectors;
        weights += (c0.y * batch[x0] + c1.y * batch[x1]) + (c2.y * batch[x2] + c3.y * batch[x3]);
        direction += (c0.x * residuals[r + x0] + c1.x * residuals[r + x1]) + (c2.x * residuals[r + x2] + c3.x * residuals[r + x3]);
        bias += (c0.yx + c1.yx) + (c2.yx + c3.yx);
      }
    }
  }
  let at = line * (2u * params.vectors + 1u);
  if (inside) {
    var tail = vec4f(bias, 0.0, 0.0);
    if (AUXILIARY == 1u) {
      tail.y = 0.0;
    }
    if (AUXILIARY == 1u && segment == 0u) {
      weights += gradients[at + v];
      direction += gradients[at + params.vectors + v];
      tail += gradients[at + 2u * params.vectors];
    }
    gradients[at + v] = weights;
    gradients[at + params.vectors + v] = direction;
    if (v == 0u) {
      gradients[at + 2u * params.vectors] = tail;
    }
  }
}
