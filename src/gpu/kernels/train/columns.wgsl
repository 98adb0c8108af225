// The rows in which each concept is active, ascending, one thread a concept; and which concept each extra segment belongs to.

override AUXILIARY: u32 = 0;
const GROUP = 64u;

@group(0) @binding(1) var<storage, read> mask: array<u32>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> control: Control;
/// (row, concept).
@group(0) @binding(4) var<storage, read_write> keys: array<vec2u>;
@group(0) @binding(5) var<storage, read_write> extraConcept: array<u32>;

@compute @workgroup_size(GROUP)
fn listColumns(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  if (control.halted != 0u || control.total[AUXILIARY] == 0u) {
    return;
  }
  for (var atom = thread.x; atom < params.concepts; atom += groups.x * GROUP) {
    let width = 4u * params.quads;
    var at = offsets[params.batch + 1u + atom];
    // Four words at a time: the loads do not wait for each other.
    for (var block = 0u; block < params.rowBlocks; block += 4u) {
      var words = vec4u();
      for (var i = 0u; i < 4u; i++) {
        if (block + i < params.rowBlocks) {
          words[i] = mask[(block + i) * width + atom];
        }
      }
      for (var i = 0u; i < 4u; i++) {
        var word = words[i];
        while (word != 0u) {
          keys[at] = vec2u(32u * (block + i) + firstTrailingBit(word), atom);
          at += 1u;
          word &= word - 1u;
        }
      }
    }
    let extras = params.batch + params.concepts + 2u + atom;
    for (var extra = offsets[extras]; extra < offsets[extras + 1u]; extra++) {
      extraConcept[extra] = atom;
    }
  }
}
