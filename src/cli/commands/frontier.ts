import type { Command } from '../command.ts';
import { untilInterrupted } from '../interrupt.ts';
import { BACKEND_OPTION, NORM_OPTIONS, TRAINING_OPTIONS, backend, fileList, norms, noteLines, trainingOptions } from '../options.ts';

export const frontier: Command = {
  name: 'frontier',
  summary: 'Train a sweep of methods and sizes: R² against L0',
  options: [
    { name: 'sweep', value: 'LISTS', required: true, help: '"methods=batchtopk,topk,pca;k=4,8,16;concepts=512;seeds=0": all combinations' },
    { name: 'embeddings', value: 'A.npy[,B.npy]', required: true, help: 'Embeddings (n, d) of one model; of two files, images and then texts' },
    { name: 'out', value: 'DIR', required: true, help: 'Folder for frontier.json, frontier.csv and a folder a run' },
    ...TRAINING_OPTIONS,
    { name: 'resume', help: 'Go on with the sweep in the folder, if there is one; runs that are done stay' },
    BACKEND_OPTION,
    ...NORM_OPTIONS,
  ],
  run: (args, onProgress) =>
    untilInterrupted(async (signal) => {
      const { frontierCommand } = await import('../../engine/commands/frontier.ts');
      const report = await frontierCommand({
        sweep: args.text('sweep'),
        embeddings: fileList(args, 'embeddings'),
        norms: norms(args),
        ...trainingOptions(args),
        backend: backend(args),
        out: args.text('out'),
        resume: args.flag('resume'),
        signal,
        onProgress,
      });
      const text = [
        ...report.points.map(({ run, both, dead, seconds }) => `${run}: L0 ${both.l0.toFixed(2)}, R² ${both.r2.toFixed(4)} (one mean), ${both.r2PerFeature.toFixed(4)} (per feature), ${(100 * dead).toFixed(1)} % dead, ${seconds.toFixed(1)} s`),
        ...noteLines(report.notes),
        `Wrote ${report.out}`,
      ].join('\n');
      return { report, text };
    }),
};
