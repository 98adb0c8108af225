// From counts to places: where each row's and each concept's entries begin, and its segments beyond the first. Decides whether all
// of it fits.

/// 1: the lists of the auxiliary loss, which come on top of the codes.
override AUXILIARY: u32 = 0;
const GROUP = 256u;

@group(0) @binding(1) var<storage, read> counts: array<u32>;
/// Rows from 0, concepts from batch + 1, extra segments from batch + concepts + 2; one more entry each, the sum.
@group(0) @binding(2) var<storage, read_write> offsets: array<u32>;
@group(0) @binding(3) var<storage, read_write> control: Control;

var<workgroup> sums: array<u32, GROUP>;

fn extraSegments(entries: u32) -> u32 {
  return select(0u, (entries - 1u) / params.segment, entries > 0u);
}

fn countOf(list: u32, i: u32) -> u32 {
  if (list == 0u) {
    return counts[i];
  }
  let entries = counts[params.batch + i];
  return select(extraSegments(entries), entries, list == 1u);
}

/// Exclusive sums of a list into `offsets` from `start`, and the total behind them.
fn scanList(thread: u32, list: u32, start: u32, length: u32) {
  let each = (length + GROUP - 1u) / GROUP;
  let first = min(thread * each, length);
  let end = min(first + each, length);
  var mine = 0u;
  for (var i = first; i < end; i++) {
    mine += countOf(list, i);
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
  var at = sums[thread] - mine;
  for (var i = first; i < end; i++) {
    offsets[start + i] = at;
    at += countOf(list, i);
  }
  if (thread == GROUP - 1u) {
    offsets[start + length] = sums[thread];
  }
  workgroupBarrier();
}

@compute @workgroup_size(GROUP)
fn scan(@builtin(local_invocation_index) thread: u32) {
  scanList(thread, 0u, 0u, params.rows);
  scanList(thread, 1u, params.batch + 1u, params.concepts);
  let total = sums[GROUP - 1u];
  workgroupBarrier();
  scanList(thread, 2u, params.batch + params.concepts + 2u, params.concepts);
  let extras = sums[GROUP - 1u];
  // A step that found no room stays as it was until the host has made some.
  if (thread == 0u && control.halted == 0u) {
    control.total[AUXILIARY] = total;
    control.extras[AUXILIARY] = extras;
    if (total > params.capacity[AUXILIARY]) {
      control.halted = 1u;
    }
  }
}
