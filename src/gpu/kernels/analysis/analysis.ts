import { checkCodes, checkPairs } from '../../../core/analysis/check-codes.ts';
import { invariant } from '../../../core/errors.ts';
import { validated } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import { Coactivator } from './coactivation.ts';
import { ConceptSummer } from './concept-sums.ts';
import { DEFAULT_TUNING, planAnalysis } from './plan.ts';
import type { Coactivation } from '../../../core/analysis/bridge.ts';
import type { MetricsAccumulator } from '../../../core/analysis/metrics-accumulator.ts';
import type { ConceptSums } from '../../../core/analysis/modality-sums.ts';
import type { Matrix, SparseCodes } from '../../../core/tensor.ts';
import type { GpuContext } from '../../device.ts';
import type { AnalysisTuning } from './plan.ts';

/**
 * Sums over sparse codes on WebGPU: codes, firing and histograms of each concept, and co-activation of matched pairs, for a
 * `MetricsAccumulator`, which has energy, frequency, modality and bridge from them.
 *
 * Accuracy. All sums are 64-bit integers, so results do not depend on threads, GPU or driver. Histograms are exact. Codes are summed
 * in units of 2⁻⁴⁰ of the largest one's binade and products of two codes in 2⁻⁴⁶ of the largest possible one: numbers that are not
 * tiny beside the largest are exact, the others off by at most half a unit each. `rounding` tells the accumulator.
 */
export class AnalysisKernel {
  private readonly c: number;
  private readonly summer: ConceptSummer;
  private readonly coactivator: Coactivator;
  private tail: Promise<unknown> = Promise.resolve();
  private disposed = false;

  /** For codes of `c` concepts. Throws InputError when their histograms do not fit the GPU; DeviceLostError. */
  static async create(context: GpuContext, c: number, tuning: Partial<AnalysisTuning> = {}): Promise<AnalysisKernel> {
    const plan = planAnalysis(c, context.device.limits, { ...DEFAULT_TUNING, ...tuning });
    const { result, valid } = validated(context.device, 'Making room for sums', () => ({
      summer: new ConceptSummer(context, c, plan),
      coactivator: new Coactivator(context, c, plan),
    }));
    await orDeviceLost(context, valid);
    return new AnalysisKernel(c, result.summer, result.coactivator);
  }

  private constructor(c: number, summer: ConceptSummer, coactivator: Coactivator) {
    this.c = c;
    this.summer = summer;
    this.coactivator = coactivator;
  }

  /** Adds images with their codes to `metrics`, summing over concepts here. Throws as its `addImages` does, and DeviceLostError; adds nothing then. */
  async addImages(metrics: MetricsAccumulator, x: Matrix, codes: SparseCodes): Promise<void> {
    metrics.addImages(x, codes, await this.conceptSums(codes, metrics.heldOut(x), 'images'));
  }

  /** The same for texts. */
  async addTexts(metrics: MetricsAccumulator, x: Matrix, codes: SparseCodes): Promise<void> {
    metrics.addTexts(x, codes, await this.conceptSums(codes, metrics.heldOut(x), 'texts'));
  }

  /**
   * Adds matched pairs to `metrics`, image row and text row in turn, summing their co-activation here; as its `addPairs`, and throws
   * DeviceLostError; adds nothing then. All sums of a call are held at once: give some ten thousand pairs a call.
   */
  async addPairs(metrics: MetricsAccumulator, images: SparseCodes, texts: SparseCodes, pairs: ArrayLike<number>): Promise<void> {
    checkCodes(images, this.c, 'images');
    checkCodes(texts, this.c, 'texts');
    checkPairs(pairs, images.rows, texts.rows);
    const parts = await this.inTurn(async () => {
      const found: Coactivation[] = [];
      for await (const part of this.coactivator.run(images, texts, pairs)) found.push(part);
      return found;
    });
    metrics.addPairs(images, texts, pairs, parts);
  }

  /** Frees the GPU's memory once the calls so far are done; later ones reject. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    void this.tail.then(() => {
      this.summer.dispose();
      this.coactivator.dispose();
    });
  }

  private async conceptSums(codes: SparseCodes, heldOut: Uint8Array, what: string): Promise<ConceptSums> {
    checkCodes(codes, this.c, what);
    return this.inTurn(async () => this.summer.run(codes, heldOut));
  }

  /** Runs `work` after all earlier calls: they share the buffers. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    invariant(!this.disposed, 'the analysis kernel was disposed');
    const run = this.tail.then(work);
    this.tail = run.catch(() => undefined);
    return run;
  }
}
