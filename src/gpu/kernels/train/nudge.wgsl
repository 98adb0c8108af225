// What units silent in this batch add to every reconstruction: nudge · Σ D_i. `sumAtoms` sums blocks of concepts, `offset` the blocks.

const GROUP = 64u;
const BLOCK = 64u;

@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> atoms: array<vec4f>;
/// (blocks of concepts, vectors).
@group(0) @binding(3) var<storage, read_write> blocks: array<vec4f>;
/// b_pre, b_dec, and the offset.
@group(0) @binding(4) var<storage, read_write> biases: array<vec4f>;

@compute @workgroup_size(GROUP)
fn sumAtoms(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let v = group.y * GROUP + thread;
  if (v >= params.vectors) {
    return;
  }
  var sum = vec4f();
  let end = min((group.x + 1u) * BLOCK, params.concepts);
  for (var atom = group.x * BLOCK; atom < end; atom++) {
    let column = params.batch + 1u + atom;
    if (offsets[column] == offsets[column + 1u]) {
      sum += atoms[atom * params.vectors + v];
    }
  }
  blocks[group.x * params.vectors + v] = sum;
}

@compute @workgroup_size(GROUP)
fn offset(@builtin(global_invocation_id) thread: vec3u) {
  let v = thread.x;
  if (v >= params.vectors) {
    return;
  }
  var sum = vec4f();
  let count = (params.concepts + BLOCK - 1u) / BLOCK;
  for (var block = 0u; block < count; block++) {
    sum += blocks[block * params.vectors + v];
  }
  biases[2u * params.vectors + v] = params.nudge * sum;
}
