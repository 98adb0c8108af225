import type { MetricsAccumulator } from '../../core/analysis/metrics-accumulator.ts';
import { codeRow, type SparseCodes } from '../../core/tensor.ts';
import { withCosine } from './overview.ts';
import type { PackRows } from './pack-rows.ts';
import type { BridgeFacts } from './protocol.ts';

/** Matched pairs that a bridge's page lists. */
const CARRIERS = 24;

/** What the page of the bridge from concept i (image side) to j (text side) shows. */
export function bridgeFacts({ dictionary, images, texts, pairs }: PackRows, metrics: MetricsAccumulator, sum: number, i: number, j: number): BridgeFacts {
  const zImages = activationsOf(images.codes, i);
  const zTexts = activationsOf(texts.codes, j);
  const carriers: BridgeFacts['carriers'][number][] = [];
  for (let p = 0; p < pairs.length; p += 2) {
    const [image, text] = [pairs[p] ?? 0, pairs[p + 1] ?? 0];
    const [zImage, zText] = [zImages[image] ?? 0, zTexts[text] ?? 0];
    if (zImage * zText > 0) carriers.push({ image, text, zImage, zText });
  }
  carriers.sort((a, b) => b.zImage * b.zText - a.zImage * a.zText || a.image - b.image || a.text - b.text);
  const bridge = withCosine(dictionary, metrics.bridgeBetween(i, j));
  return { ...bridge, share: sum === 0 ? 0 : bridge.value / sum, active: carriers.length, of: pairs.length / 2, carriers: carriers.slice(0, CARRIERS) };
}

/** `(n)` activations of one concept. */
export function activationsOf(codes: SparseCodes, concept: number): Float32Array {
  const z = new Float32Array(codes.rows);
  for (let r = 0; r < codes.rows; r++) {
    const { indices, values } = codeRow(codes, r);
    const at = indices.indexOf(concept);
    if (at >= 0) z[r] = values[at] ?? 0;
  }
  return z;
}
