import type { Command } from '../command.ts';

export const packVerify: Command = {
  name: 'pack verify',
  summary: "Check a pack's hashes, schema and numbers",
  options: [{ name: 'pack', value: 'DIR', required: true, help: 'Folder of the pack' }],
  run: async (args, onProgress) => {
    const { packVerifyCommand } = await import('../../engine/commands/pack-verify.ts');
    const report = await packVerifyCommand({ pack: args.text('pack'), onProgress });
    const checks = report.checks.map(
      ({ what, checked, of, note }) => `  ${what}: ${checked} of ${of}${note === null ? '' : ` (${note})`}`,
    );
    return { report, text: [`Pack ${report.id} is sound, hash ${report.hash}`, ...checks].join('\n') };
  },
};
