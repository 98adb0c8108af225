// Column sums over the rows of a batch: of the gradient of the reconstruction, which is the gradient of b_dec, and of x − b_pre.
// `sumRows` sums blocks of rows, `sumBlocks` the blocks: always in the same order.

const GROUP = 64u;
const BLOCK = 64u;

@group(0) @binding(1) var<storage, read> residuals: array<vec4f>;
@group(0) @binding(2) var<storage, read> batch: array<vec4f>;
/// (blocks, 2, vectors).
@group(0) @binding(3) var<storage, read_write> blocks: array<vec4f>;
/// (2, vectors).
@group(0) @binding(4) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(GROUP)
fn sumRows(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let v = group.y * GROUP + thread;
  if (v >= params.vectors) {
    return;
  }
  var gradient = vec4f();
  var input = vec4f();
  let end = min((group.x + 1u) * BLOCK, params.rows);
  for (var row = group.x * BLOCK; row < end; row++) {
    gradient += residuals[row * params.vectors + v];
    input += batch[row * params.vectors + v];
  }
  blocks[2u * group.x * params.vectors + v] = gradient;
  blocks[(2u * group.x + 1u) * params.vectors + v] = input;
}

@compute @workgroup_size(GROUP)
fn sumBlocks(@builtin(global_invocation_id) thread: vec3u) {
  let v = thread.x;
  if (v >= 2u * params.vectors) {
    return;
  }
  var sum = vec4f();
  let count = (params.rows + BLOCK - 1u) / BLOCK;
  for (var block = 0u; block < count; block++) {
    sum += blocks[2u * block * params.vectors + v];
  }
  sums[v] = sum;
}
