import type { CurveSeries } from '../../../plots/curves.ts';
import { csvText } from '../../../plots/csv.ts';

/** Every point of the shown runs. */
export function curvesCsv(series: readonly CurveSeries[]): string {
  return csvText(
    ['run', 'name', 'step', 'epoch', 'loss', 'mse', 'r2', 'r2_per_feature', 'l0', 'dead', 'theta', 'learning_rate', 'samples_per_second'],
    series.flatMap((s) => s.points.map((p) => [
      s.run, s.name, p.step, p.epoch, p.loss, p.mse, p.r2, p.r2PerFeature, p.l0, p.dead, p.theta, p.learningRate, p.samplesPerSecond,
    ])),
  );
}
