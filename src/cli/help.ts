import type { Command } from './command.ts';

/** Help of all commands, or of one. */
export function helpText(commands: readonly Command[], one?: Command): string {
  return one === undefined ? overview(commands) : details(one);
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Usage: npm run --silent cli -- COMMAND [options]',
    '',
    ...rows,
    '',
    'COMMAND --help lists its options. --json prints one JSON object on stdout.',
    'Exit codes: 0 done, 2 bad input, 130 interrupted, 1 a fault of the program.',
  ].join('\n');
}

function details({ name, summary, options, words }: Command): string {
  const left = options.map((option) => `--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`);
  const width = Math.max(...left.map((text) => text.length), 6);
  const rows = options.map(({ help, required, many }, i) => {
    const marks = [required === true ? 'needed' : '', many === true ? 'may be repeated' : ''].filter((mark) => mark !== '');
    return `  ${(left[i] ?? '').padEnd(width)}  ${help}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
  });
  return [
    `Usage: npm run --silent cli -- ${name}${words === undefined ? '' : ` ${words}`} [options]`,
    '',
    summary,
    '',
    ...rows,
    `  ${'--json'.padEnd(width)}  Print one JSON object instead of text`,
  ].join('\n');
}
