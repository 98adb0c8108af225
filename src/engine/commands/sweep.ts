import { InputError } from '../../core/errors.ts';
import { methods } from '../../core/training/check.ts';
import type { Method } from '../../core/training/recipe.ts';

/** More runs than this are taken for a slip. */
const MOST_RUNS = 1000;

/** One run of a sweep; what is undefined is the preset's. */
export interface SweepRun {
  readonly method: Method;
  readonly concepts: number | undefined;
  readonly k: number | undefined;
  readonly seed: number;
  /** Tells it from the others of the sweep; also a folder name. */
  readonly name: string;
}

const FIELD = { field: '--sweep' } as const;
const EXAMPLE = 'Write “methods=batchtopk,topk,pca;k=4,8,16;concepts=512;seeds=0,1”.';

/**
 * All combinations of a text such as `methods=batchtopk,pca;k=4,8;concepts=512;seeds=0`, methods outermost; concepts, k and seeds may be
 * left out.
 * @throws InputError naming what is not understood.
 */
export function parseSweep(text: string): SweepRun[] {
  const lists = new Map<string, readonly string[]>();
  for (const part of text.split(';').map((item) => item.trim()).filter((item) => item !== '')) {
    const [, key, values] = /^([a-z]+)\s*=(.*)$/u.exec(part) ?? [];
    if (key === undefined || values === undefined || !['methods', 'k', 'concepts', 'seeds'].includes(key)) throw new InputError(`"${part.slice(0, 60)}" is not understood.`, { ...FIELD, fix: EXAMPLE });
    if (lists.has(key)) throw new InputError(`${key} is given twice.`, FIELD);
    const items = values.split(',').map((item) => item.trim());
    if (new Set(items).size !== items.length) throw new InputError(`a value of ${key} is given twice.`, FIELD);
    lists.set(key, items);
  }
  const chosen = (lists.get('methods') ?? []).map((name) => {
    const method = methods.find((known) => known === name);
    if (method === undefined) throw new InputError(`"${name.slice(0, 60)}" is no method.`, { ...FIELD, fix: `There are: ${methods.join(', ')}.` });
    return method;
  });
  if (chosen.length === 0) throw new InputError('there are no methods in it.', { ...FIELD, fix: EXAMPLE });
  const numbers = (key: string, least: number): (number | undefined)[] => lists.get(key)?.map((item) => wholeNumber(key, item, least)) ?? [undefined];
  const [concepts, ks, seeds] = [numbers('concepts', 1), numbers('k', 1), numbers('seeds', 0)];
  const count = chosen.length * concepts.length * ks.length * seeds.length;
  if (count > MOST_RUNS) throw new InputError(`these are ${count} runs; ${MOST_RUNS} are the most.`, FIELD);
  return chosen.flatMap((method) => concepts.flatMap((c) => ks.flatMap((k) => seeds.map((seed = 0) => ({ method, concepts: c, k, seed, name: nameOf(method, c, k, seed) })))));
}

function wholeNumber(key: string, text: string, least: number): number {
  const value = /^\d{1,10}$/u.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least)) throw new InputError(`"${text.slice(0, 60)}" is no whole number of at least ${least} for ${key}.`, FIELD);
  return value;
}

function nameOf(method: Method, concepts: number | undefined, k: number | undefined, seed: number): string {
  return [method, ...(concepts === undefined ? [] : [`c${concepts}`]), ...(k === undefined ? [] : [`k${k}`]), `s${seed}`].join('-');
}
