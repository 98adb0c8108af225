import { InputError } from '../errors.ts';

/** Reads named fields of a hostile JSON object; every method throws InputError naming the field and what it has to be. */
export class Fields {
  readonly #values: Record<string, unknown>;
  readonly #path: string;

  constructor(value: unknown, path = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InputError('this is not an object with named fields', { field: path === '' ? 'recipe' : path });
    }
    this.#values = value as Record<string, unknown>;
    this.#path = path;
  }

  inner(name: string): Fields {
    return new Fields(this.#own(name), this.#named(name));
  }

  whole(name: string, from: number, to: number): number {
    const value = this.#own(name);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to) {
      throw this.#wrong(name, `a whole number from ${from} to ${to}`);
    }
    return value;
  }

  /** A finite number within `from … to`, ends included. */
  number(name: string, from: number, to: number): number {
    const value = this.#own(name);
    if (typeof value !== 'number' || !(value >= from && value <= to)) throw this.#wrong(name, `a number from ${from} to ${to}`);
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#own(name);
    if (typeof value !== 'boolean') throw this.#wrong(name, 'true or false');
    return value;
  }

  oneOf<T extends string>(name: string, options: readonly T[]): T {
    const value = this.#own(name);
    const found = options.find((option) => option === value);
    if (found === undefined) throw this.#wrong(name, `one of ${options.join(', ')}`);
    return found;
  }

  /** What `read` gives, or null where the field is null. */
  orNull<T>(name: string, read: (name: string) => T): T | null {
    return this.#own(name) === null ? null : read(name);
  }

  wholes(name: string, from: number, to: number, most: number): number[] {
    const value = this.#own(name);
    const right = Array.isArray(value) && value.length <= most && value.every((n) => typeof n === 'number' && Number.isInteger(n) && n >= from && n <= to);
    if (!right) throw this.#wrong(name, `a list of at most ${most} whole numbers from ${from} to ${to}`);
    return [...(value as number[])];
  }

  /** Two numbers within `from … to`. */
  pair(name: string, from: number, to: number): readonly [number, number] {
    const value = this.#own(name);
    const [first, second] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : [];
    const inside = (n: unknown): n is number => typeof n === 'number' && n >= from && n <= to;
    if (!inside(first) || !inside(second)) throw this.#wrong(name, `two numbers from ${from} to ${to}`);
    return [first, second];
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  #named(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #wrong(name: string, expected: string): InputError {
    return new InputError(`${name} is ${shown(this.#own(name))} and has to be ${expected}`, { field: this.#named(name) });
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return typeof value === 'string' && value.length <= 40 ? `“${value}”` : `a ${Array.isArray(value) ? 'list' : typeof value}`;
}
