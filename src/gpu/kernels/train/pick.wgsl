// Finds the bin of the histogram in which the k·B-th largest pre-code lies: more bits of θ_B, all of them after the last level.
// With fewer positive pre-codes than that, θ_B = 0 keeps them all.

override LEVEL: u32 = 0;
const GROUP = 256u;
const BINS = 2048u;
const EACH = BINS / GROUP;

@group(0) @binding(1) var<storage, read> histogram: array<u32>;
@group(0) @binding(2) var<storage, read_write> control: Control;

var<workgroup> sums: array<u32, GROUP>;

@compute @workgroup_size(GROUP)
fn pick(@builtin(local_invocation_index) thread: u32) {
  var missing = params.keep;
  var decided = false;
  if (LEVEL > 0u) {
    missing = control.missing;
    decided = control.decided == 1u;
  }
  // Thread 0 has the highest bins; inclusive sums over the threads.
  let top = LEVEL * BINS + BINS - 1u - thread * EACH;
  var mine = 0u;
  for (var i = 0u; i < EACH; i++) {
    mine += histogram[top - i];
  }
  sums[thread] = mine;
  // All have read `control` before one of them writes.
  storageBarrier();
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

  if (LEVEL == 0u && thread == GROUP - 1u) {
    let few = sums[thread] < missing;
    control.decided = select(0u, 1u, few);
    if (few) {
      control.limit = 0u;
    }
  }
  var above = sums[thread] - mine;
  if (!decided && above < missing && missing <= sums[thread]) {
    var at = top;
    while (above + histogram[at] < missing) {
      above += histogram[at];
      at -= 1u;
    }
    let bin = at - LEVEL * BINS;
    control.missing = missing - above;
    if (LEVEL == 0u) {
      control.known = bin;
    } else if (LEVEL == 1u) {
      control.known = (control.known << 11u) | bin;
    } else {
      control.limit = (control.known << 9u) | bin;
      control.decided = 1u;
    }
  }
}
