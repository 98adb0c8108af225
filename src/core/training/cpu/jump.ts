import { jumpKernel } from '../jump-kernels.ts';
import { dotRow } from '../../linear.ts';
import type { Batch } from './batch.ts';
import type { RowPass } from './reconstruct.ts';

/**
 * JumpReLU's pseudo-gradient to the logarithms of the thresholds (overcomplete `JumpReLU`, `HeavisidePseudoGradient`), of a row whose
 * residual is in `error`: for z = relu(pre) near θ, `dθ = −(θ/bw)·K(z − θ)·dz` from the reconstruction and `−(1/bw)·K(z − θ)·λ/B` from the
 * L0 penalty, times θ for the logarithm.
 */
export function thresholdPass(batch: Batch): RowPass {
  const { c, d, pre, error, codes, theta } = batch;
  const { D, logTheta } = batch.parameters;
  const { bandwidth, kernel: kind } = batch.recipe.jump;
  const kernel = jumpKernel(kind, bandwidth);
  const scale = 2 / (batch.rows * d);
  return (_, r) => {
    if (logTheta === null) return;
    const l0 = batch.penalty / batch.rows;
    batch.loss += batch.penalty * ((codes.starts[r + 1] as number) - (codes.starts[r] as number));
    for (let i = 0; i < c; i++) {
      const limit = theta[i] as number;
      const delta = Math.max(0, pre[r * c + i] as number) - limit;
      if (delta > kernel.reach || delta < -kernel.reach) continue;
      const weight = (kernel.value(delta) * limit) / bandwidth;
      if (weight === 0) continue;
      const dz = -scale * dotRow(D.value, i, error);
      logTheta.gradient[i] = (logTheta.gradient[i] as number) - weight * (limit * dz + l0);
    }
  };
}
