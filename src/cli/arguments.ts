import { parseArgs } from 'node:util';
import { InputError } from '../core/errors.ts';

/** One option of a command, as help prints it. */
export interface OptionSpec {
  readonly name: string;
  /** What the value is, e.g. `DIR`; absent for a flag. */
  readonly value?: string;
  readonly help: string;
  readonly required?: boolean;
  /** May be given several times. */
  readonly many?: boolean;
}

/** The values given to a command, read by name with checks. */
export interface Arguments {
  /** @throws InputError when missing. */
  text(name: string): string;
  optionalText(name: string): string | undefined;
  /** @throws InputError when it is not a finite number. */
  optionalNumber(name: string): number | undefined;
  /** One of `choices`. @throws InputError otherwise. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined;
  flag(name: string): boolean;
  /** `--json` was given. */
  readonly json: boolean;
  list(name: string): readonly string[];
  /** Words that belong to no option, in order; only of commands that take some. */
  readonly words: readonly string[];
  /** All values of the named options, in the order in which they were given. */
  inOrder(names: readonly string[]): readonly { readonly name: string; readonly value: string }[];
}

/**
 * Parses `argv` for a command's options and `--json`, `--help`; `takesWords`: and for words that belong to no option.
 * @throws InputError for unknown options, stray words and missing values.
 */
export function parseArguments(argv: readonly string[], specs: readonly OptionSpec[], takesWords = false): Arguments {
  const options = Object.fromEntries(
    specs.map(({ name, value, many }) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: many === true },
    ]),
  );
  const { values, tokens, positionals } = parse(argv, options, takesWords);
  const optionalText = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  for (const { name, required } of specs) {
    const value = values[name];
    if (required === true && value === undefined)
      throw new InputError('this option is needed.', { field: `--${name}`, fix: 'See --help.' });
    if (value === '') throw new InputError('the value is empty.', { field: `--${name}` });
  }
  return {
    text: (name) => optionalText(name) ?? '',
    optionalText,
    optionalNumber: (name) => {
      const text = optionalText(name);
      const value = text === undefined || text.trim() === '' ? NaN : Number(text);
      if (text !== undefined && !Number.isFinite(value)) throw new InputError(`"${text}" is not a number.`, { field: `--${name}` });
      return text === undefined ? undefined : value;
    },
    choice: (name, choices) => {
      const text = optionalText(name);
      const found = choices.find((choice) => choice === text);
      if (text !== undefined && found === undefined)
        throw new InputError(`"${text}" is not one of ${choices.join(', ')}.`, { field: `--${name}` });
      return found;
    },
    flag: (name) => values[name] === true,
    json: values['json'] === true,
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
    },
    words: positionals,
    inOrder: (names) =>
      tokens.flatMap((token) =>
        token.kind === 'option' && token.name !== undefined && names.includes(token.name) && token.value !== undefined ? [{ name: token.name, value: token.value }] : [],
      ),
  };
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;
/** Options as `parseArgs` gives them: by name, and one by one in the order of the command line. */
interface Parsed {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly tokens: readonly { readonly kind: string; readonly name?: string; readonly value?: string | undefined }[];
}

function parse(argv: readonly string[], options: Options, allowPositionals: boolean): Parsed {
  try {
    return parseArgs({
      args: [...argv],
      options: { ...options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      strict: true,
      allowPositionals,
      tokens: true,
    });
  } catch (error) {
    // Node's own sentence ("Unknown option '--x'. …"), whose first part is for people.
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new InputError(message.endsWith('.') ? message : `${message}.`, { fix: 'See --help.' });
  }
}
