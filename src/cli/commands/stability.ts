import type { Command } from '../command.ts';
import { untilInterrupted } from '../interrupt.ts';
import { BACKEND_OPTION, DICTIONARY_OPTIONS, NORM_OPTIONS, backend, dictionaryOptions, fileList, norms, noteLines } from '../options.ts';

export const stability: Command = {
  name: 'stability',
  summary: 'How the concepts of a dictionary come back in others',
  options: [
    { name: 'a', value: 'DIR|FILE', required: true, help: 'Dictionary whose concepts are looked for' },
    { name: 'b', value: 'DIR|FILE', required: true, many: true, help: 'Dictionary to find them in, such as another seed' },
    { name: 'top', value: 'N', help: 'Also the stability of the N concepts with most energy' },
    { name: 'embeddings', value: 'A.npy[,B.npy]', help: "Rows to measure energies on; those of a's training unless given" },
    { name: 'seed', value: 'N', help: 'Of the random dictionaries to compare with; 0 unless given' },
    { name: 'out', value: 'DIR', help: 'Folder for stability.json and concepts.parquet' },
    { ...BACKEND_OPTION, help: 'Where to encode --embeddings; cpu unless given' },
    ...NORM_OPTIONS,
    ...DICTIONARY_OPTIONS.filter(({ name }) => name !== 'calibration'),
  ],
  run: (args, onProgress) =>
    untilInterrupted(async (signal) => {
      const { stabilityCommand } = await import('../../engine/commands/stability.ts');
      const { kind, k, theta, atoms } = dictionaryOptions(args);
      const out = args.optionalText('out');
      const report = await stabilityCommand({
        a: args.text('a'),
        b: args.list('b'),
        top: args.optionalNumber('top'),
        embeddings: args.optionalText('embeddings') === undefined ? undefined : fileList(args, 'embeddings'),
        norms: norms(args),
        backend: backend(args),
        seed: args.optionalNumber('seed') ?? 0,
        out,
        ...{ kind, k, theta, atoms },
        signal,
        onProgress,
      });
      const { topStability, random, exact, gap, notes } = report;
      const text = [
        `Stability ${report.stability.toFixed(4)}${exact ? '' : ` (a bound; the truth is at most ${gap.toFixed(4)} higher)`}; random dictionaries ${random.mean.toFixed(4)}, 99 % of their concepts below ${random.quantile99.toFixed(4)}`,
        ...(topStability === null ? [] : [`Of the top ${args.text('top')} by energy: ${topStability.toFixed(4)}`]),
        ...noteLines(notes),
        ...(out === undefined ? [] : [`Wrote ${out}`]),
      ].join('\n');
      return { report, text };
    }),
};
