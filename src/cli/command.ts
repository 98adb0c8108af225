import type { Progress } from '../engine/protocol.ts';
import type { Arguments, OptionSpec } from './arguments.ts';

/** One command: one row of the table in commands.ts. */
export interface Command {
  /** Words after `cli`, e.g. `pack build`. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  /** Words after the name that belong to no option, as help prints them, e.g. `PART...`; a command without it takes none. */
  readonly words?: string;
  /** Does the work. @throws InputError for bad input. */
  run(args: Arguments, onProgress: (progress: Progress) => void): Promise<Outcome>;
}

/** What a command has to say: the JSON object, and the same for people. */
export interface Outcome {
  readonly report: object;
  readonly text: string;
}
