import { MetricsAccumulator } from '../../core/analysis/metrics-accumulator.ts';
import type { Bridge } from '../../core/analysis/strongest-bridges.ts';
import { cloudSpectrum } from '../../core/concepts/alignment.ts';
import { r2Losses } from '../../core/concepts/r2-loss.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { someCodes, someRows } from '../../core/tensor.ts';
import type { Work } from '../../core/work.ts';
import type { PackRows, PackSide } from './pack-rows.ts';
import type { Atlas, AtlasBridge } from './protocol.ts';

/** Bridges that the atlas knows one by one; the others are counted, and are in ΣB. */
const TOP_BRIDGES = 2000;
/** Rows, and pairs, that are added between two looks at the message queue. */
const ROWS_A_STEP = 256;
const PAIRS_A_STEP = 1024;

/** The metrics of a pack, in pieces of a few milliseconds. Throws InputError for rows that cannot be measured. */
export async function measurePack({ dictionary, images, texts, pairs }: PackRows, work: Work): Promise<MetricsAccumulator> {
  const metrics = new MetricsAccumulator(dictionary, { topBridges: TOP_BRIDGES });
  const total = images.x.rows + texts.x.rows + pairs.length / 2;
  let done = 0;
  const added = async (rows: number): Promise<void> => {
    done += rows;
    work.progress(done, total);
    const paused = work.pause();
    if (paused !== undefined) await paused;
  };
  const add = async ({ x, codes }: PackSide, to: 'addImages' | 'addTexts'): Promise<void> => {
    for (let at = 0; at < x.rows; at += ROWS_A_STEP) {
      const end = Math.min(x.rows, at + ROWS_A_STEP);
      metrics[to](someRows(x, at, end), someCodes(codes, at, end));
      await added(end - at);
    }
  };
  await add(images, 'addImages');
  await add(texts, 'addTexts');
  for (let at = 0; at < pairs.length; at += 2 * PAIRS_A_STEP) {
    const some = pairs.subarray(at, at + 2 * PAIRS_A_STEP);
    metrics.addPairs(images.codes, texts.codes, some);
    await added(some.length / 2);
  }
  return metrics;
}

/** A pack's concepts as a whole, from its metrics. Throws Error when ΣB is not the mean reconstructed similarity. */
export function overview(rows: PackRows, metrics: MetricsAccumulator): Atlas {
  const { dictionary, images, texts, pairs } = rows;
  const report = metrics.finish();
  const { concepts, bridge } = report;
  const column = (values: readonly (number | null)[] | null): Float64Array => Float64Array.from({ length: dictionary.c }, (_, i) => values?.[i] ?? Number.NaN);
  return {
    c: dictionary.c,
    d: dictionary.d,
    pairs: pairs.length / 2,
    r2: report.r2,
    r2Loss: r2Losses(dictionary, [images, texts]),
    cosineToGap: column(concepts.cosineToGap),
    cosineToProbe: column(concepts.cosineToProbe),
    randomCosine: report.randomCosine,
    classifierAccuracy: column(concepts.classifier.map((classifier) => classifier?.accuracy ?? null)),
    gap: report.gap,
    separability: report.separability?.accuracy ?? null,
    spectrum: { images: cloudSpectrum(images.x), texts: cloudSpectrum(texts.x) },
    bridge: bridge === null ? null : {
      sum: bridge.sum,
      meanReconstructedSimilarity: bridge.meanReconstructedSimilarity,
      top: bridge.top.map((one) => withCosine(dictionary, one)),
      of: bridge.conceptPairs,
    },
  };
}

/** A bridge with the cosine of its two atoms. */
export function withCosine({ d, W_dec }: Dictionary, { i, j, value, null: expected }: Bridge): AtlasBridge {
  let [dot, a, b] = [0, 0, 0];
  for (let t = 0; t < d; t++) {
    const [x, y] = [W_dec[i * d + t] ?? 0, W_dec[j * d + t] ?? 0];
    dot += x * y;
    a += x * x;
    b += y * y;
  }
  return { i, j, value, null: expected, cosine: dot / (Math.sqrt(a * b) || 1) };
}
