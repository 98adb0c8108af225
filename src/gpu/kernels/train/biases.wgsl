// AdamW on the biases: of the encoder, and of the decoder where it is trained.

const GROUP = 64u;

@group(0) @binding(1) var<storage, read> control: Control;
/// (concepts, 2·vectors + 1): encoder weights, atom, bias.
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
/// Column sums over the batch; the first are the gradient of b_dec.
@group(0) @binding(3) var<storage, read> sums: array<f32>;
@group(0) @binding(4) var<storage, read_write> encoderBias: array<f32>;
/// b_pre, then b_dec.
@group(0) @binding(5) var<storage, read_write> biases: array<f32>;
/// (m, v) of b_enc, then of b_dec.
@group(0) @binding(6) var<storage, read_write> moments: array<vec2f>;

fn updated(weight: f32, gradient: f32, at: u32) -> f32 {
  let g = control.clip * gradient;
  let m = params.betas.x * moments[at].x + params.betas.y * g;
  let s = params.betas.z * moments[at].y + params.betas.w * g * g;
  moments[at] = vec2f(m, s);
  return params.decay * weight - params.stepSize * m / (sqrt(s) * params.correction + params.epsilon);
}

@compute @workgroup_size(GROUP)
fn adamBiases(@builtin(global_invocation_id) thread: vec3u) {
  if (control.halted == 1u) {
    return;
  }
  let i = thread.x;
  if (i < params.concepts) {
    let width = 2u * params.vectors + 1u;
    encoderBias[i] = updated(encoderBias[i], gradients[i * width + 2u * params.vectors].x, i);
  } else if (params.trainBias == 1u && i < params.concepts + 4u * params.vectors) {
    let j = i - params.concepts;
    let at = 4u * params.vectors + j;
    biases[at] = updated(biases[at], sums[j], i);
  }
}
