import { CancelledError, DeviceLostError, InputError } from '../core/errors.ts';
import type { Progress } from '../engine/protocol.ts';
import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { helpText } from './help.ts';

/** Where the CLI prints. */
export interface Streams {
  /** The result: text for people, or one JSON object. */
  readonly out: (text: string) => void;
  /** Errors and progress, as plain sentences. */
  readonly err: (text: string) => void;
}

/** Runs one command line (without `node` and the script). @returns the exit code: 0, 2 for bad input, 130 when interrupted, 1 for a fault of ours. */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  try {
    const command = COMMANDS.find(({ name }) => name.split(' ').every((word, i) => argv[i] === word));
    if (command === undefined) return noCommand(argv, streams);
    const args = argv.slice(command.name.split(' ').length);
    if (args.includes('--help') || args.includes('-h')) streams.out(helpText(COMMANDS, command));
    else await execute(command, args, streams);
    return 0;
  } catch (error) {
    if (error instanceof InputError) {
      streams.err(error.message);
      return 2;
    }
    if (error instanceof CancelledError) {
      streams.err(error.message);
      return 130;
    }
    if (error instanceof DeviceLostError) streams.err(`${error.message} Run it again, or use --backend cpu.`);
    else
      streams.err(
        `This is a fault of the program, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    return 1;
  }
}

async function execute(command: Command, argv: readonly string[], { out, err }: Streams): Promise<void> {
  const args = parseArguments(argv, command.options, command.words !== undefined);
  const { report, text } = await command.run(args, args.json ? () => undefined : progressLines(err));
  out(args.json ? JSON.stringify(report) : text);
}

/** Progress for people, a line a second at most. */
function progressLines(err: Streams['err']): (progress: Progress) => void {
  let last = performance.now();
  return ({ phase, done, total, unit }) => {
    if (performance.now() - last < 1000) return;
    last = performance.now();
    err(`${phase}: ${done} of ${total} ${unit}`);
  };
}

function noCommand([word]: readonly string[], { out, err }: Streams): number {
  if (word === '--help' || word === '-h' || word === 'help') {
    out(helpText(COMMANDS));
    return 0;
  }
  err(
    word === undefined
      ? helpText(COMMANDS)
      : `There is no command "${word}". There are: ${COMMANDS.map(({ name }) => name).join(', ')}.`,
  );
  return 2;
}
