// The smallest pre-code that each row keeps: the k-th largest positive one (TopK), or among dead units without a code in the row
// (auxiliary loss). One workgroup a row; bits of the pattern are found as in histogram.wgsl and pick.wgsl.

/// 1: dead units; ties at the limit are all kept. 0: exactly k are kept, of equal ones those with the lowest number.
override AUXILIARY: u32 = 0;
const GROUP = 64u;
const BINS = 2048u;
const EACH = BINS / GROUP;

@group(0) @binding(1) var<storage, read> pre: array<u32>;
@group(0) @binding(2) var<storage, read> control: Control;
/// Steps for which each unit has been silent.
@group(0) @binding(3) var<storage, read> silent: array<u32>;
/// The mask of the codes.
@group(0) @binding(4) var<storage, read> taken: array<u32>;
/// A row: bits of its smallest kept pre-code, and the last concept that is kept among those equal to it.
@group(0) @binding(5) var<storage, read_write> rowLimits: array<vec2u>;

var<workgroup> bins: array<atomic<u32>, BINS>;
var<workgroup> sums: array<u32, GROUP>;
/// The bin in which the limit lies, how many of it are kept, how many it has.
var<workgroup> chosen: vec3u;

/// Bits of a pre-code that may be kept, else 0.
fn candidate(row: u32, atom: u32) -> u32 {
  let bits = pre[4u * row * params.quads + atom];
  if (bits == 0u || bits > 0x7f800000u) {
    return 0u;
  }
  if (AUXILIARY == 1u) {
    let word = taken[4u * (row / 32u) * params.quads + atom];
    if (silent[atom] < params.deadAfter || ((word >> (row % 32u)) & 1u) == 1u) {
      return 0u;
    }
  }
  return bits;
}

/// Inclusive sums over the threads into `sums`.
fn scanSums(thread: u32, mine: u32) {
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
}

/// Of the candidates whose bits above `width` places from `shift` are `known`: the bin that holds the `missing`-th largest, how many
/// of it are to be kept and how many it has. All bins together have fewer: (0, candidates, candidates).
fn narrow(thread: u32, row: u32, shift: u32, width: u32, known: u32, missing: u32) -> vec3u {
  for (var i = thread; i < BINS; i += GROUP) {
    atomicStore(&bins[i], 0u);
  }
  workgroupBarrier();
  for (var atom = thread; atom < params.concepts; atom += GROUP) {
    let bits = candidate(row, atom);
    // Two shifts: WGSL has none by 32.
    if (bits != 0u && ((bits >> shift) >> width) == known) {
      atomicAdd(&bins[(bits >> shift) & ((1u << width) - 1u)], 1u);
    }
  }
  workgroupBarrier();
  // Thread 0 has the highest bins.
  let top = BINS - 1u - thread * EACH;
  var mine = 0u;
  for (var i = 0u; i < EACH; i++) {
    mine += atomicLoad(&bins[top - i]);
  }
  scanSums(thread, mine);
  if (thread == GROUP - 1u && sums[thread] < missing) {
    chosen = vec3u(0u, sums[thread], sums[thread]);
  }
  var above = sums[thread] - mine;
  if (above < missing && missing <= sums[thread]) {
    var at = top;
    while (above + atomicLoad(&bins[at]) < missing) {
      above += atomicLoad(&bins[at]);
      at -= 1u;
    }
    chosen = vec3u(at, missing - above, atomicLoad(&bins[at]));
  }
  return workgroupUniformLoad(&chosen);
}

@compute @workgroup_size(GROUP)
fn limit(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = folded(group, groups);
  if (row >= params.rows || (AUXILIARY == 1u && control.dead == 0u)) {
    return;
  }
  let keep = select(params.keep, params.keepDead, AUXILIARY == 1u);
  let first = narrow(thread, row, 20u, 11u, 0u, keep);
  if (first.y == first.z && first.x == 0u) {
    // Fewer candidates than may be kept.
    if (thread == 0u) {
      rowLimits[row] = vec2u(0u, 0xffffffffu);
    }
    return;
  }
  let second = narrow(thread, row, 9u, 11u, first.x, first.y);
  let third = narrow(thread, row, 0u, 9u, (first.x << 11u) | second.x, second.y);
  let bits = (((first.x << 11u) | second.x) << 9u) | third.x;
  if (AUXILIARY == 1u || third.y == third.z) {
    if (thread == 0u) {
      rowLimits[row] = vec2u(bits, 0xffffffffu);
    }
    return;
  }
  // Of equal pre-codes only some are kept: each thread counts those in its run of concepts.
  let each = (params.concepts + GROUP - 1u) / GROUP;
  let begin = min(thread * each, params.concepts);
  let end = min(begin + each, params.concepts);
  var mine = 0u;
  for (var atom = begin; atom < end; atom++) {
    mine += select(0u, 1u, candidate(row, atom) == bits);
  }
  scanSums(thread, mine);
  let before = sums[thread] - mine;
  if (before < third.y && third.y <= sums[thread]) {
    var left = third.y - before;
    var atom = begin;
    loop {
      if (candidate(row, atom) == bits) {
        left -= 1u;
      }
      if (left == 0u) {
        break;
      }
      atom += 1u;
    }
    rowLimits[row] = vec2u(bits, atom);
  }
}
