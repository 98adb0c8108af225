// The rows of a step out of the shard, less b_pre.

override GROUP: u32 = 256;

@group(0) @binding(1) var<storage, read> shard: array<vec4f>;
@group(0) @binding(2) var<storage, read> picks: array<u32>;
/// b_pre, then b_dec.
@group(0) @binding(3) var<storage, read> biases: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> batch: array<vec4f>;

@compute @workgroup_size(GROUP)
fn gather(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let count = params.rows * params.vectors;
  for (var i = thread.x; i < count; i += groups.x * GROUP) {
    let v = i % params.vectors;
    batch[i] = shard[picks[i / params.vectors] * params.vectors + v] - biases[v];
  }
}
