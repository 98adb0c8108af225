import { conceptColumns } from '../../core/analysis/concepts-columns.ts';
import type { MetricsReport } from '../../core/analysis/metrics-report.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import type { ShardStatistics } from '../../core/shards/shard-statistics.ts';
import { writeParquet } from '../../formats/writers/concepts-parquet.ts';
import { writeFolder } from './folder.ts';

/** What statistics of all rows say, without the lists that have an entry a concept. */
export interface ShardMetrics extends Pick<MetricsReport, 'r2' | 'r2PerFeature' | 'r2Image' | 'r2Text' | 'l0' | 'dead' | 'gap' | 'bridgeSum' | 'meanReconstructedSimilarity'> {
  /** Bridges are of so many pairs, sampled from so many; null without pairs. */
  readonly bridgePairs: { readonly sampled: number; readonly of: number } | null;
}

/**
 * Metrics of merged statistics; with `folder` also as metrics.json and concepts.parquet in it, as the command `metrics` writes them.
 * @throws InputError when there are no rows, or the folder cannot be written.
 */
export async function reportShards(dictionary: Dictionary, statistics: ShardStatistics, folder?: string, top?: number): Promise<ShardMetrics> {
  const metrics = statistics.metrics(dictionary, top);
  const report = metrics.finish();
  const { r2, r2PerFeature, r2Image, r2Text, l0, dead, gap, bridgeSum, meanReconstructedSimilarity, bridge } = report;
  const bridgePairs = bridge === null ? null : { sampled: bridge.pairs, of: statistics.toPartial().pairs };
  const summary = { r2, r2PerFeature, r2Image, r2Text, l0, dead, gap, bridgeSum, meanReconstructedSimilarity, bridgePairs };
  if (folder !== undefined) {
    const { concepts: _, ...measured } = report;
    const json = new TextEncoder().encode(`${JSON.stringify({ ...measured, bridgePairs, distances: metrics.distances() })}\n`);
    await writeFolder(folder, new Map([['metrics.json', json], ['concepts.parquet', writeParquet(conceptColumns(report))]]));
  }
  return summary;
}
