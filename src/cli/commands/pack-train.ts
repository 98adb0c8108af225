import type { Command } from '../command.ts';
import { untilInterrupted } from '../interrupt.ts';
import { TRAINING_OPTIONS, trainingOptions } from '../options.ts';

export const packTrain: Command = {
  name: 'pack train',
  summary: 'Train a dictionary with three seeds on what a gallery draws from, and build its pack',
  options: [
    { name: 'model', value: 'DIR', required: true, help: 'Folder of a CLIP model in transformers.js layout' },
    { name: 'gallery', value: 'FILE', required: true, help: 'List of pictograms (JSON Lines)' },
    { name: 'concepts', value: 'N', help: 'Number of concepts c' },
    { name: 'k', value: 'N', help: 'Codes a row' },
    ...TRAINING_OPTIONS.filter(({ name }) => name !== 'preset'),
    { name: 'dictionary', value: 'DIR', required: true, help: 'Folder for the dictionary, as SAELens opens it' },
    { name: 'out', value: 'DIR', required: true, help: 'Folder of the pack' },
    { name: 'work', value: 'DIR', required: true, help: 'Folder for the corpus and the runs; what is done in it is not done again' },
  ],
  run: (args, onProgress) =>
    untilInterrupted(async (signal) => {
      const { packTrainCommand } = await import('../../engine/commands/pack-train.ts');
      const { epochs, batch, learningRate } = trainingOptions(args);
      const report = await packTrainCommand({
        model: args.text('model'),
        gallery: args.text('gallery'),
        concepts: args.optionalNumber('concepts'),
        k: args.optionalNumber('k'),
        ...{ epochs, batch, learningRate },
        dictionary: args.text('dictionary'),
        out: args.text('out'),
        work: args.text('work'),
        signal,
        onProgress,
      });
      const { runs, dictionary, pack } = report;
      const lines = runs.map(
        ({ recipe, seconds, both, dead }) => `Seed ${recipe.seed}: ${seconds.toFixed(0)} s, R² ${both.r2.toFixed(4)}, L0 ${both.l0.toFixed(2)}, ${(100 * dead).toFixed(1)} % of the concepts dead on the corpus`,
      );
      return { report, text: [...lines, `Wrote ${dictionary} and ${pack.out}: hash ${pack.hash}`].join('\n') };
    }),
};
