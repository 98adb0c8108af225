import { MetricsAccumulator } from '../../core/analysis/metrics-accumulator.ts';
import type { MetricsReport } from '../../core/analysis/metrics-report.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import type { Matrix } from '../../core/tensor.ts';
import type { Work } from '../../core/work.ts';
import { encodeRows } from '../encode-rows.ts';
import type { FrontierPoint, RunMeasures } from '../lab/protocol.ts';

/** Rows that are measured: unit rows `(n, d)` of both modalities, and pairs `(2·pairs)`. */
export interface MeasuredRows {
  readonly images: Matrix;
  readonly texts: Matrix;
  readonly pairs: Uint32Array;
}

/** What a finished run measures on `rows`, with the dictionary as it is used afterwards. Checks the bridge's invariant on the way. */
export async function measureRun(dictionary: Dictionary, { images, texts, pairs }: MeasuredRows, work: Work): Promise<RunMeasures> {
  const metrics = new MetricsAccumulator(dictionary, { topBridges: 0 });
  const codes = { images: await encodeRows(dictionary, images, work), texts: await encodeRows(dictionary, texts, work) };
  if (images.rows > 0) metrics.addImages(images, codes.images);
  if (texts.rows > 0) metrics.addTexts(texts, codes.texts);
  if (pairs.length > 0) metrics.addPairs(codes.images, codes.texts, pairs);
  return runMeasures(metrics.finish());
}

/** The few numbers of a report that a run keeps. */
export function runMeasures(report: MetricsReport): RunMeasures {
  const { both, images, texts, bridgeSum, meanReconstructedSimilarity } = report;
  return {
    both: point(both),
    images: images === null ? null : point(images),
    texts: texts === null ? null : point(texts),
    dead: report.dead,
    bridge: bridgeSum === null || meanReconstructedSimilarity === null ? null : { sum: bridgeSum, meanReconstructedSimilarity },
  };
}

function point({ l0, r2, r2PerFeature }: MetricsReport['both']): FrontierPoint {
  return { l0, r2, r2PerFeature: r2PerFeature ?? Number.NaN };
}
