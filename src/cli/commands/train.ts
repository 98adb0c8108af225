import type { Command } from '../command.ts';
import { untilInterrupted } from '../interrupt.ts';
import { BACKEND_OPTION, METHODS, NORM_OPTIONS, TRAINING_OPTIONS, backend, fileList, norms, noteLines, trainingOptions } from '../options.ts';

export const train: Command = {
  name: 'train',
  summary: 'Train a dictionary on embeddings, as a folder that SAELens opens',
  options: [
    { name: 'embeddings', value: 'A.npy[,B.npy]', required: true, help: 'Embeddings (n, d) of one model; of two files, images and then texts' },
    { name: 'method', value: 'NAME', help: `${METHODS.join(', ')}; batchtopk unless given` },
    { name: 'concepts', value: 'N', help: 'Number of concepts c' },
    { name: 'k', value: 'N', help: 'Codes a row' },
    { name: 'seed', value: 'N', help: 'The same seed gives the same bytes on one backend; 0 unless given' },
    ...TRAINING_OPTIONS,
    { name: 'out', value: 'DIR', required: true, help: 'Folder for the dictionary and run.json; the checkpoint while unfinished' },
    { name: 'resume', help: 'Go on with the run in the folder, if there is one' },
    BACKEND_OPTION,
    ...NORM_OPTIONS,
  ],
  run: (args, onProgress) =>
    untilInterrupted(async (signal) => {
      const { trainCommand } = await import('../../engine/commands/train.ts');
      const report = await trainCommand({
        embeddings: fileList(args, 'embeddings'),
        norms: norms(args),
        method: args.choice('method', METHODS) ?? 'batchtopk',
        concepts: args.optionalNumber('concepts'),
        k: args.optionalNumber('k'),
        seed: args.optionalNumber('seed'),
        ...trainingOptions(args),
        backend: backend(args),
        out: args.text('out'),
        resume: args.flag('resume'),
        signal,
        onProgress,
      });
      const { recipe, steps, seconds, samplesPerSecond, both, images, texts, dead, adapter, notes, out } = report;
      const sides = images === null || texts === null ? '' : `; images ${images.r2.toFixed(4)}, texts ${texts.r2.toFixed(4)}`;
      const text = [
        `${recipe.method}, ${recipe.concepts} concepts, k ${recipe.k}: ${samplesPerSecond === null ? '' : `${steps} steps at ${Math.round(samplesPerSecond)} rows/s, `}${seconds.toFixed(1)} s on ${report.backend}${adapter === undefined ? '' : ` (${adapter})`}`,
        `R² ${both.r2.toFixed(4)} (one mean), ${both.r2PerFeature.toFixed(4)} (per feature)${sides}; L0 ${both.l0.toFixed(2)}, ${(100 * dead).toFixed(1)} % of the concepts dead`,
        ...noteLines(notes),
        `Wrote ${out}`,
      ].join('\n');
      return { report, text };
    }),
};
