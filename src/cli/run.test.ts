import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { run } from './run.ts';

async function cli(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(argv, { out: (text) => (out += `${text}\n`), err: (text) => (err += `${text}\n`) });
  return { code, out, err };
}

describe('command line', () => {
  it('lists every command in its help', async () => {
    const { code, out, err } = await cli('--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const { name, summary } of COMMANDS)
      expect(out).toMatch(new RegExp(`^  ${name} +${summary.replace(/[[\]().]/g, '\\$&')}$`, 'm'));
  });

  it.each(COMMANDS.map(({ name }) => name))('%s --help lists its options and runs nothing', async (name) => {
    const { code, out, err } = await cli(...name.split(' '), '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const option of COMMANDS.find((command) => command.name === name)?.options ?? [])
      expect(out).toContain(`--${option.name}`);
    expect(out).toContain('--json');
  });

  it.each([
    [[], /Usage:/],
    [['nope'], /no command "nope"/],
    [['pack'], /no command "pack"/],
    [['encode'], /--dictionary: this option is needed/],
    [['encode', '--dictionary', 'd', '--embeddings', 'x', '--out', 'c', '--nope'], /Unknown option '--nope'/],
    [['encode', 'stray'], /'stray'/],
    [['encode', '--dictionary'], /Option '--dictionary/],
    [['encode', '--dictionary=', '--embeddings', 'x', '--out', 'c'], /--dictionary: the value is empty/],
    [
      ['encode', '--dictionary', 'd', '--embeddings', 'x', '--out', 'c', '--raw', '--normalise'],
      /only one of --raw and --normalise/,
    ],
    [['encode', '--dictionary', 'd', '--embeddings', 'x', '--out', 'c', '--k', 'four'], /--k: "four" is not a number/],
    [
      ['encode', '--dictionary', 'd', '--embeddings', 'x', '--out', 'c', '--backend', 'cuda'],
      /--backend: "cuda" is not one of cpu, webgpu/,
    ],
    [['encode', '--dictionary', 'd', '--embeddings', 'nowhere.npy', '--out', 'c'], /nowhere\.npy: no such file/],
  ])('%j is bad input: exit code 2, one message on stderr, nothing on stdout', async (argv, message) => {
    for (const json of [[], ['--json']]) {
      const { code, out, err } = await cli(...argv, ...(argv.length === 0 ? [] : json));
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(message);
    }
  });

  it('reads options that repeat, negative numbers and choices', () => {
    const args = parseArguments(
      ['--text', 'a', '--text', '-', '--n=-1.5e1', '--which', 'b', '--json'],
      [
        { name: 'text', value: 'T', help: '', many: true },
        { name: 'n', value: 'N', help: '' },
        { name: 'which', value: 'W', help: '' },
        { name: 'flag', help: '' },
      ],
    );
    expect(args.list('text')).toEqual(['a', '-']);
    expect(args.optionalNumber('n')).toBe(-15);
    expect(args.choice('which', ['a', 'b'])).toBe('b');
    expect([args.flag('flag'), args.json, args.list('flag')]).toEqual([false, true, []]);
  });
});
