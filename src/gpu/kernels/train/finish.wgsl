// The numbers of a step: loss, norm of the gradient and what to multiply it with, running θ, silent units; and its line in the log.
// One workgroup, so that sums have one order.

const GROUP = 256u;
const LOG_WORDS = 8u;

@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> rowErrors: array<vec2f>;
@group(0) @binding(3) var<storage, read> shares: array<vec2f>;
/// Column sums over the batch; the first are the gradient of b_dec.
@group(0) @binding(4) var<storage, read> sums: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> silent: array<u32>;
@group(0) @binding(6) var<storage, read_write> control: Control;
/// LOG_WORDS a slot; see log.ts.
@group(0) @binding(7) var<storage, read_write> log: array<u32>;

var<workgroup> totals: array<vec4f, GROUP>;
/// Units silent for the window; units that are dead to the auxiliary loss.
var<workgroup> silentUnits: atomic<u32>;
var<workgroup> deadUnits: atomic<u32>;

@compute @workgroup_size(GROUP)
fn finish(@builtin(local_invocation_index) thread: u32) {
  let halted = control.halted;
  let helped = control.total.y > 0u;
  // Errors of all prefixes, of the whole; squared norm; everything else in the loss.
  var mine = vec4f();
  if (halted == 0u) {
    let count = params.rows * params.columnGroups;
    for (var i = thread; i < count; i += GROUP) {
      mine += vec4f(rowErrors[i], 0.0, 0.0);
      if (helped) {
        mine.w += params.auxiliary * params.errorScale * rowErrors[params.batch * params.columnGroups + i].x;
      }
    }
    for (var i = thread; i < params.concepts; i += GROUP) {
      mine += vec4f(0.0, 0.0, shares[i]);
    }
    if (params.trainBias == 1u) {
      for (var i = thread; i < params.vectors; i += GROUP) {
        mine.z += dot(sums[i], sums[i]);
      }
    }
  }
  totals[thread] = mine;
  // All have read `control` before one of them writes.
  storageBarrier();
  workgroupBarrier();
  for (var half = GROUP / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      totals[thread] += totals[thread + half];
    }
    workgroupBarrier();
  }
  let codes = f32(control.total.x) / f32(params.rows);
  var loss = params.lossScale * totals[0].x + totals[0].w;
  if (params.penalised == 2u) {
    loss += control.penalty * codes;
  }
  // Infinite or no number, by its bits: fast-math assumes that there are neither.
  let broken = (bitcast<u32>(loss) & 0x7f800000u) == 0x7f800000u;
  let run = halted == 0u && !broken;
  if (run) {
    for (var i = thread; i < params.concepts; i += GROUP) {
      let column = params.batch + 1u + i;
      let steps = select(0u, silent[i] + 1u, offsets[column] == offsets[column + 1u]);
      silent[i] = steps;
      if (steps >= params.window) {
        atomicAdd(&silentUnits, 1u);
      }
      if (steps >= params.deadAfter) {
        atomicAdd(&deadUnits, 1u);
      }
    }
  }
  storageBarrier();
  workgroupBarrier();
  if (thread > 0u) {
    return;
  }
  let at = params.slot * LOG_WORDS;
  log[at + 1u] = control.total.x;
  log[at + 2u] = control.total.y;
  if (run) {
    let norm = sqrt(totals[0].z);
    control.clip = min(1.0, params.clip / (norm + 1e-6));
    control.dead = atomicLoad(&deadUnits);
    if (params.follow == 1u) {
      let limit = bitcast<f32>(control.limit);
      control.theta = select(limit, 0.9 * control.theta + 0.1 * limit, control.started == 1u);
      control.started = 1u;
    }
    if (params.adaptive == 1u) {
      // `nextPenalty` in core/training/penalty.ts.
      control.penalty *= 1.0 + 0.01 * clamp((codes - params.goal) / params.goal, -1.0, 1.0);
    }
    log[at + 3u] = bitcast<u32>(loss);
    log[at + 4u] = bitcast<u32>(params.errorScale * totals[0].y);
    log[at + 5u] = atomicLoad(&silentUnits);
    log[at + 6u] = control.started;
    log[at + 7u] = bitcast<u32>(control.theta);
  } else if (broken && halted == 0u) {
    control.halted = 2u;
  }
  log[at] = control.halted;
}
