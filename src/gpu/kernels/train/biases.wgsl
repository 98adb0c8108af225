// AdamW on the biases: of the encoder, of the decoder where it is trained, and on the logarithms of JumpReLU's thresholds.

const GROUP = 64u;

@group(0) @binding(1) var<storage, read> control: Control;
/// (concepts, 2·vectors + 1): encoder weights, atom, (bias, Σz, logarithm of the threshold).
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
/// Column sums over the batch; the first are the gradient of b_dec.
@group(0) @binding(3) var<storage, read> sums: array<f32>;
/// b_enc, then the logarithms of the thresholds.
@group(0) @binding(4) var<storage, read_write> encoderBias: array<f32>;
/// b_pre, then b_dec.
@group(0) @binding(5) var<storage, read_write> biases: array<f32>;
/// (m, v) of b_enc, then of b_dec, then of the thresholds.
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
  if (control.halted != 0u) {
    return;
  }
  let i = thread.x;
  let width = 2u * params.vectors + 1u;
  let second = params.concepts + 4u * params.vectors;
  if (i < params.concepts) {
    encoderBias[i] = updated(encoderBias[i], gradients[i * width + 2u * params.vectors].x, i);
  } else if (i < second) {
    if (params.trainBias == 1u) {
      let j = i - params.concepts;
      let at = 4u * params.vectors + j;
      biases[at] = updated(biases[at], sums[j], i);
    }
  } else if (params.penalised == 2u && i < second + params.concepts) {
    let j = i - second;
    let at = 4u * params.quads + j;
    encoderBias[at] = updated(encoderBias[at], gradients[j * width + 2u * params.vectors].z, i);
  }
}
