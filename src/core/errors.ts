/**
 * Errors that a person can act on. Everything that reads input throws one of these, so that the page and the CLI can say
 * what happened, to which file, and the next step, in one sentence each.
 */

/** Where an error belongs and what to do about it. */
export interface ErrorPlace {
  /** File, URL or probe the error is about. */
  readonly file?: string | undefined;
  /** Field, tensor, row or header key inside the file. */
  readonly field?: string | undefined;
  /** The next step, as a sentence. */
  readonly fix?: string | undefined;
}

/** Bad input: a file, a link, an argument. Never a bug of ours. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
  readonly place: ErrorPlace;
  /** The bare reason, without file, field and fix. */
  readonly reason: string;

  constructor(reason: string, place: ErrorPlace = {}) {
    const where = [place.file, place.field].filter((part) => part !== undefined).join(': ');
    super(`${where === '' ? '' : `${where}: `}${sentence(reason)}${place.fix === undefined ? '' : ` ${place.fix}`}`);
    this.reason = reason;
    this.place = place;
  }

  /** The same error, told about a file that an inner reader did not know. */
  inFile(file: string): InputError {
    return new InputError(this.reason, { ...this.place, file: this.place.file ?? file });
  }
}

/** The GPU went away (driver reset, tab in the background, adapter unplugged); the engine re-creates its state. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}

function sentence(reason: string): string {
  return /[.!?…)"”]$/u.test(reason) ? reason : `${reason}.`;
}

/** A stored hash, schema or self-test does not match: the bytes are not what they claim to be. */
export class IntegrityError extends InputError {
  override readonly name = 'IntegrityError';
}

/** The user cancelled. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor(message = 'Cancelled') {
    super(message);
  }
}

/** Assertion about our own code, not about input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}
