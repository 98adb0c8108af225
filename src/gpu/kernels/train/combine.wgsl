// Completes each concept's gradient: adds up its segments, and what revival does to a silent unit. Its squared norm, and what the
// unit adds to the loss, go to `shares`. One workgroup a concept.

const GROUP = 64u;

@group(0) @binding(1) var<storage, read> control: Control;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> auxiliaryOffsets: array<u32>;
/// Column sums over the batch: of the gradient of the reconstruction, of x − b_pre.
@group(0) @binding(4) var<storage, read> sums: array<vec4f>;
@group(0) @binding(5) var<storage, read> weights: array<vec4f>;
@group(0) @binding(6) var<storage, read> encoderBias: array<f32>;
/// (concepts + extra segments, 2·vectors + 1): encoder weights, atom, (bias, Σz, logarithm of the threshold).
@group(0) @binding(7) var<storage, read_write> gradients: array<vec4f>;
/// A concept: squared norm of its gradient, its share of the loss.
@group(0) @binding(8) var<storage, read_write> shares: array<vec2f>;

var<workgroup> totals: array<vec2f, GROUP>;

@compute @workgroup_size(GROUP)
fn combine(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let atom = folded(group, groups);
  if (atom >= params.concepts || control.halted != 0u) {
    return;
  }
  let width = 2u * params.vectors + 1u;
  let column = params.batch + 1u + atom;
  let silent = offsets[column] == offsets[column + 1u];
  let extras = params.batch + params.concepts + 2u + atom;
  var firstDead = 0u;
  var endDead = 0u;
  if (control.total.y > 0u) {
    firstDead = auxiliaryOffsets[extras];
    endDead = auxiliaryOffsets[extras + 1u];
  }

  var mine = vec2f();
  for (var i = thread; i < width; i += GROUP) {
    let at = atom * width + i;
    var sum = gradients[at];
    for (var extra = offsets[extras]; extra < offsets[extras + 1u]; extra++) {
      sum += gradients[(params.concepts + extra) * width + i];
    }
    for (var extra = firstDead; extra < endDead; extra++) {
      sum += gradients[(params.concepts + params.extraCapacity.x + extra) * width + i];
    }
    if (silent) {
      if (i < params.vectors) {
        let input = sums[params.vectors + i];
        sum += params.reanimate * input;
        mine.y += params.reanimate * dot(input, weights[atom * params.vectors + i]);
      } else if (i < 2u * params.vectors) {
        sum += params.nudge * sums[i - params.vectors];
      } else {
        sum.x += params.reanimate * f32(params.rows);
        mine.y += params.reanimate * f32(params.rows) * encoderBias[atom];
      }
    }
    gradients[at] = sum;
    if (i < 2u * params.vectors) {
      mine.x += dot(sum, sum);
    } else {
      mine.x += sum.x * sum.x + sum.z * sum.z;
      if (params.penalised == 1u) {
        mine.y += control.penalty * sum.y / f32(params.rows);
      }
    }
  }
  totals[thread] = mine;
  workgroupBarrier();
  for (var half = GROUP / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      totals[thread] += totals[thread + half];
    }
    workgroupBarrier();
  }
  if (thread == 0u) {
    shares[atom] = totals[0];
  }
}
