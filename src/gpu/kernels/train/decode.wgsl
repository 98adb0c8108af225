// Sparse decoding: the residual x̂ − x of each row from its few active atoms, as the gradient of the reconstruction. For nested
// prefixes q the residuals of all prefixes that hold a concept add up: gradient q = scale · Σ_{m ≥ q} residual m.
// The auxiliary loss decodes dead units in the same way, and what they should reconstruct is −1 times the residual above.

override AUXILIARY: u32 = 0;
override NESTED: bool = false;
/// Threads, and vec4s of the embedding that a workgroup has.
override GROUP: u32 = 64;

@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> rowList: array<vec2u>;
@group(0) @binding(3) var<storage, read> atoms: array<vec4f>;
/// b_pre, b_dec, and what the nudge adds.
@group(0) @binding(4) var<storage, read> biases: array<vec4f>;
/// x − b_pre; for the auxiliary loss the gradients of the codes' reconstruction.
@group(0) @binding(5) var<storage, read> batch: array<vec4f>;
/// (prefixes, rows, vectors).
@group(0) @binding(6) var<storage, read_write> residuals: array<vec4f>;
/// (rows, column groups): squared errors of all prefixes together, and of the last; behind `batch` rows those of the auxiliary loss.
@group(0) @binding(7) var<storage, read_write> rowErrors: array<vec2f>;

@group(0) @binding(8) var<storage, read> control: Control;

var<workgroup> errors: array<vec2f, GROUP>;

fn residualAt(q: u32, row: u32, v: u32) -> u32 {
  return (q * params.rows + row) * params.vectors + v;
}

@compute @workgroup_size(GROUP)
fn decode(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = folded(group, groups);
  if (row >= params.rows || control.halted != 0u || (AUXILIARY == 1u && control.total.y == 0u)) {
    return;
  }
  let v = group.z * GROUP + thread;
  var error = vec2f();
  if (v < params.vectors) {
    var sum: vec4f;
    if (AUXILIARY == 1u) {
      sum = batch[residualAt(params.prefixes - 1u, row, v)] / params.scale;
    } else {
      sum = biases[params.vectors + v] - biases[v] - batch[row * params.vectors + v] + biases[2u * params.vectors + v];
    }
    var q = 0u;
    let end = offsets[row + 1u];
    for (var e = offsets[row]; e < end; e++) {
      let entry = rowList[e];
      if (NESTED) {
        while (q + 1u < params.prefixes && entry.x >= prefixEnd(q)) {
          residuals[residualAt(q, row, v)] = sum;
          error.x += dot(sum, sum);
          q += 1u;
        }
      }
      sum += bitcast<f32>(entry.y) * atoms[entry.x * params.vectors + v];
    }
    error.y = dot(sum, sum);
    if (NESTED) {
      // Prefixes that add nothing to the last one that did.
      let last = q;
      error.x += error.y * f32(params.prefixes - last);
      var gradient = vec4f();
      for (q = params.prefixes; q > 0u; q--) {
        let at = residualAt(q - 1u, row, v);
        if (q - 1u >= last) {
          gradient += sum;
        } else {
          gradient += residuals[at];
        }
        residuals[at] = params.scale * gradient;
      }
    } else {
      error.x = error.y;
      let scale = select(params.scale, 2.0 * params.errorScale * params.auxiliary, AUXILIARY == 1u);
      residuals[residualAt(0u, row, v)] = scale * sum;
    }
  }
  errors[thread] = error;
  workgroupBarrier();
  for (var half = GROUP / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      errors[thread] += errors[thread + half];
    }
    workgroupBarrier();
  }
  if (thread == 0u) {
    rowErrors[(AUXILIARY * params.batch + row) * params.columnGroups + group.z] = errors[0];
  }
}
