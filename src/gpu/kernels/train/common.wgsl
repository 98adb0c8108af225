// What every kernel of a training step shares; the host puts this file before each of the others.
//
// `atom` is the number of a concept (that word is reserved in WGSL). Rows of embeddings, weights and atoms are padded with zeros
// to `vectors` whole vec4s, rows of pre-codes to `quads`.

/// The step, from the host.
struct Params {
  /// Rows of this step, B.
  rows: u32,
  /// vec4s of an embedding.
  vectors: u32,
  /// c.
  concepts: u32,
  /// vec4s of a row of pre-codes.
  quads: u32,
  /// Blocks of 32 rows.
  rowBlocks: u32,
  /// Most rows of a step: in `counts` and `offsets` the concepts come behind that many rows.
  batch: u32,
  /// Groups of 64 vec4s of an embedding.
  columnGroups: u32,
  /// Nested prefixes; 1 unless Matryoshka.
  prefixes: u32,
  /// Codes to keep: k·B of the batch, or k of each row.
  keep: u32,
  /// Dead pre-codes of a row that reconstruct its residual.
  keepDead: u32,
  /// Steps of silence after which a unit is dead to the auxiliary loss.
  deadAfter: u32,
  /// Steps of silence after which the log counts a unit as dead.
  window: u32,
  /// Entries that fit the lists, of the codes and of the auxiliary loss.
  capacity: vec2u,
  /// Most segments beyond the first of their concept, capacity / segment.
  extraCapacity: vec2u,
  /// Entries of a concept that one workgroup sums.
  segment: u32,
  /// Where the log of this step goes.
  slot: u32,
  /// 1 when θ follows the batches.
  follow: u32,
  /// 1 when b_dec is trained.
  trainBias: u32,
  /// Sparsity penalty: 0 none, 1 on Σ|z|, 2 on the number of codes.
  penalised: u32,
  /// 1 when the penalty adapts.
  adaptive: u32,
  /// Number of JumpReLU's smoothing kernel, see thresholds.wgsl.
  kernel: u32,
  /// From squared errors to the gradient, to the loss, to the mean squared error: 2, 1 over B·d·prefixes and 1 over B·d.
  scale: f32,
  lossScale: f32,
  errorScale: f32,
  /// Weight of the auxiliary loss.
  auxiliary: f32,
  /// Of the sum of silent pre-codes in the loss: −weight / (B·c).
  reanimate: f32,
  /// Code of silent units.
  nudge: f32,
  /// Largest norm of the gradient.
  clip: f32,
  /// 1 − learning rate · weight decay.
  decay: f32,
  /// Learning rate / (1 − β1^t), and 1 / √(1 − β2^t).
  stepSize: f32,
  correction: f32,
  epsilon: f32,
  /// Codes a row that the penalty steers to.
  goal: f32,
  bandwidth: f32,
  /// β1, 1 − β1, β2, 1 − β2.
  betas: vec4f,
  /// Ends of the prefixes, four to a vector.
  ends: array<vec4u, 16>,
}

/// What the kernels tell each other; survives from step to step.
struct Control {
  /// This and all later steps leave the weights alone until the host has seen it. 1: the lists overflowed; 2: the loss is no number.
  halted: u32,
  /// High bits of the threshold that are known.
  known: u32,
  /// Entries that are still to be kept among those that agree with `known`.
  missing: u32,
  /// 1 when `limit` is decided.
  decided: u32,
  /// Bits of θ_B.
  limit: u32,
  /// 1 when θ has a value.
  started: u32,
  theta: f32,
  /// What the gradient is multiplied with.
  clip: f32,
  /// Active entries of this step and segments beyond the first, also where they do not fit: of the codes, of the auxiliary loss.
  total: vec2u,
  extras: vec2u,
  /// Weight of the sparsity penalty.
  penalty: f32,
  /// Units that are dead to the auxiliary loss of the next step.
  dead: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

/// Number of a workgroup when the groups of x do not fit one dimension.
fn folded(group: vec3u, groups: vec3u) -> u32 {
  return group.y * groups.x + group.x;
}

fn prefixEnd(q: u32) -> u32 {
  return params.ends[q / 4u][q % 4u];
}

/// The first prefix that holds a concept.
fn prefixOf(atom: u32) -> u32 {
  var q = 0u;
  while (q + 1u < params.prefixes && atom >= prefixEnd(q)) {
    q += 1u;
  }
  return q;
}
