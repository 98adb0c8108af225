import type { Command } from '../command.ts';

const TOP = 10;

export const probe: Command = {
  name: 'probe',
  summary: 'Concepts of pictures and texts, and why each pair of them matches',
  options: [
    { name: 'pack', value: 'DIR', required: true, help: 'Folder of a pack' },
    { name: 'image', value: 'FILE', many: true, help: 'A picture' },
    { name: 'text', value: 'TEXT', many: true, help: 'A text' },
    { name: 'top', value: 'N', help: `Concepts listed a probe; ${TOP} unless given` },
  ],
  run: async (args) => {
    const { probeCommand } = await import('../../engine/commands/probe.ts');
    const report = await probeCommand({
      pack: args.text('pack'),
      inputs: args.inOrder(['image', 'text']).map(({ name, value }) => ({ kind: name === 'image' ? 'image' : 'text', value })),
      top: args.optionalNumber('top') ?? TOP,
    });
    const probes = report.probes.flatMap(({ kind, name, l0, cosine, concepts }) => [
      `${kind} ${name}: L0 ${l0}, reconstruction cosine ${cosine.toFixed(4)}`,
      ...concepts.map(({ index, label, value }) => `  ${value.toFixed(4)}  concept ${index}: ${label}`),
    ]);
    const pairs = report.pairs.map(
      ({ a, b, similarity, reconstructed, residual }) =>
        `probe ${a} and probe ${b}: similarity ${similarity.toFixed(4)} = ${reconstructed.toFixed(4)} explained + ${residual.toFixed(4)} residual`,
    );
    return { report, text: [...probes, ...pairs].join('\n') };
  },
};
