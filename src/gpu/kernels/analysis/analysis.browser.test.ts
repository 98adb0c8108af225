import { describe, expect, it } from 'vitest';
import { InputError } from '../../../core/errors.ts';
import { testGpu, withoutGpuErrors } from '../../testing.ts';
import { AnalysisKernel } from './analysis.ts';
import { analysisProperties } from './analysis.properties.ts';
import type { AnalysisTuning } from './plan.ts';

const context = await testGpu();

/** A kernel for the length of `work`; any error that WebGPU reports in it fails the test. */
async function withKernel<T>(c: number, tuning: Partial<AnalysisTuning>, work: (kernel: AnalysisKernel) => Promise<T>): Promise<T> {
  return withoutGpuErrors(context, async () => {
    const kernel = await AnalysisKernel.create(context, c, tuning);
    try {
      return await work(kernel);
    } finally {
      kernel.dispose();
    }
  });
}

analysisProperties({
  name: `WebGPU (${context.name})`,
  add: async (metrics, { c }, { images, texts, imageCodes, textCodes, pairs }, tuning = {}) =>
    withKernel(c, tuning, async (kernel) => {
      await kernel.addPairs(metrics, imageCodes, textCodes, pairs);
      // Calls queue.
      await Promise.all([kernel.addImages(metrics, images, imageCodes), kernel.addTexts(metrics, texts, textCodes)]);
    }),
});

describe('the analysis kernel', () => {
  it('refuses a dictionary whose histograms do not fit', async () => {
    await expect(AnalysisKernel.create(context, 1000, { bufferBytes: 500_000 })).rejects.toThrow(InputError);
  });
});
