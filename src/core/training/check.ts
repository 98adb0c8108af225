import { InputError } from '../errors.ts';
import { Fields } from './fields.ts';
import type { BaselineMethod, Initialisation, JumpKernel, Method, Recipe, Revival, SaeMethod, Schedule } from './recipe.ts';

/** Every method, in the order in which the lab lists them. */
export const methods: readonly Method[] = ['batchtopk', 'topk', 'matryoshka', 'relu', 'jumprelu', 'mp', 'semi-nmf', 'pca', 'kmeans'];

const baselines: ReadonlySet<Method> = new Set<BaselineMethod>(['semi-nmf', 'pca', 'kmeans']);

/** Smoothing kernels of JumpReLU. */
export const jumpKernels: readonly JumpKernel[] = ['silverman', 'rectangle', 'gaussian', 'triangular', 'cosine', 'epanechnikov', 'quartic', 'cauchy'];

/** Largest numbers that are taken for a choice and not for a slip. */
const MOST = { concepts: 1_048_576, batch: 1_048_576, epochs: 100_000, prefixes: 64 } as const;
/** Entries of one matrix `(c, d)`, of which training keeps eight. */
const MOST_PARAMETERS = 2 ** 26;
/** Pre-codes of one step `(batch, c)` at most: 512 MB. */
export const MOST_CODES = 2 ** 27;

/** Whether the method is trained by steps of gradient descent. */
export function isSae(method: Method): method is SaeMethod {
  return !baselines.has(method);
}

/**
 * A recipe from hostile JSON (a run's record, a checkpoint); unknown fields are left out.
 * Throws InputError naming the first field that is missing, of the wrong kind or out of range.
 */
export function parseRecipe(value: unknown): Recipe {
  const fields = new Fields(value);
  const penalty = fields.inner('penalty');
  const jump = fields.inner('jump');
  const anneal = fields.inner('anneal');
  return {
    method: fields.oneOf('method', methods),
    concepts: fields.whole('concepts', 1, MOST.concepts),
    k: fields.whole('k', 1, MOST.concepts),
    epochs: fields.whole('epochs', 1, MOST.epochs),
    batch: fields.whole('batch', 1, MOST.batch),
    seed: fields.whole('seed', 0, 2 ** 32 - 1),
    learningRate: fields.number('learningRate', 1e-12, 10),
    betas: fields.pair('betas', 0, 1 - 1e-9),
    epsilon: fields.number('epsilon', 1e-30, 1),
    weightDecay: fields.number('weightDecay', 0, 10),
    schedule: schedule(fields.inner('schedule')),
    clip: fields.orNull('clip', (name) => fields.number(name, 1e-12, 1e12)),
    init: initialisation(fields.inner('init')),
    revival: revival(fields.inner('revival')),
    penalty: { weight: penalty.number('weight', 0, 1e12), adaptive: penalty.boolean('adaptive') },
    jump: {
      bandwidth: jump.number('bandwidth', 1e-9, 1e3),
      kernel: jump.oneOf('kernel', jumpKernels),
      threshold: jump.number('threshold', 1e-9, 1e3),
    },
    prefixes: fields.wholes('prefixes', 1, MOST.concepts, MOST.prefixes),
    anneal: { factor: anneal.number('factor', 1, 1000), share: anneal.number('share', 0, 1) },
  };
}

/**
 * Whether the recipe can run on `rows` embeddings of `d` dimensions; fewer rows than concepts is allowed.
 * Throws InputError with the field and the next step where it cannot.
 */
export function checkRecipe(recipe: Recipe, { rows, d }: { rows: number; d: number }): void {
  parseRecipe(recipe);
  const { method, concepts, k, batch } = recipe;
  if (k > concepts) wrong('k', `${k} codes a row are more than ${concepts} concepts`, `Use a k of at most ${concepts}, or more concepts.`);
  if (concepts * d > MOST_PARAMETERS) {
    wrong('concepts', `${concepts} concepts of ${d} dimensions are more than this program trains`, `Use at most ${Math.floor(MOST_PARAMETERS / d)} concepts.`);
  }
  if (!isSae(method)) {
    checkBaseline(recipe, rows);
    return;
  }
  if (rows < batch) wrong('batch', `a batch of ${batch} does not fit in ${rows} rows`, rows < 1 ? 'Give more rows.' : `Use a batch of at most ${rows}.`);
  if (batch * concepts > MOST_CODES) {
    wrong('batch', `a batch of ${batch} with ${concepts} concepts needs too much memory`, `Use a batch of at most ${Math.floor(MOST_CODES / concepts)}.`);
  }
  checkPrefixes(recipe);
  checkRevival(recipe);
}

function checkBaseline({ method, concepts }: Recipe, rows: number): void {
  if (method === 'kmeans' && concepts > rows) wrong('concepts', `k-means cannot make ${concepts} clusters of ${rows} rows`, `Use at most ${rows} concepts.`);
}

function checkPrefixes({ method, concepts, prefixes }: Recipe): void {
  if (method !== 'matryoshka') {
    if (prefixes.length > 0) wrong('prefixes', 'only Matryoshka has nested prefixes', 'Leave the list empty, or choose Matryoshka.');
    return;
  }
  if (prefixes.at(-1) !== concepts) wrong('prefixes', `the last prefix has to be all ${concepts} concepts`, `End the list with ${concepts}.`);
  if (prefixes.some((size, i) => i > 0 && size <= (prefixes[i - 1] ?? 0))) wrong('prefixes', 'the prefixes do not ascend', 'List each size once, from small to large.');
}

function checkRevival({ method, revival }: Recipe): void {
  if (method === 'mp' && (revival.kind === 'auxk' || revival.kind === 'reanimation')) {
    wrong('revival', `matching pursuit has no encoder that ${revival.kind} could train`, 'Use “nudge” or “none”.');
  }
  if (method === 'matryoshka' && revival.kind === 'nudge') wrong('revival', 'Matryoshka is not trained with “nudge”', 'Use “auxk”, “reanimation” or “none”.');
}

function wrong(field: string, reason: string, fix: string): never {
  throw new InputError(reason, { field, fix });
}

function schedule(fields: Fields): Schedule {
  const share = (name: string): number => fields.number(name, 0, 1);
  const kind = fields.oneOf('kind', ['constant', 'cosine', 'onecycle', 'linear']);
  switch (kind) {
    case 'constant':
      return { kind };
    case 'cosine':
      return { kind, warmupShare: share('warmupShare'), start: fields.number('start', 0, 10), final: fields.number('final', 0, 10) };
    case 'onecycle':
      return { kind, upShare: share('upShare'), divStart: fields.number('divStart', 1, 1e12), divFinal: fields.number('divFinal', 1, 1e12) };
    case 'linear':
      return { kind, warmupShare: share('warmupShare'), decayShare: share('decayShare') };
  }
}

function initialisation(fields: Fields): Initialisation {
  return {
    atoms: fields.oneOf('atoms', ['gaussian', 'data']),
    encoder: fields.oneOf('encoder', ['tied', 'independent']),
    bias: fields.oneOf('bias', ['mean', 'zero']),
  };
}

function revival(fields: Fields): Revival {
  const kind = fields.oneOf('kind', ['none', 'reanimation', 'nudge', 'auxk']);
  switch (kind) {
    case 'none':
      return { kind };
    case 'reanimation':
      return { kind, weight: fields.number('weight', 0, 1e6) };
    case 'nudge':
      return { kind, amount: fields.number('amount', 0, 1e3) };
    case 'auxk':
      return {
        kind,
        weight: fields.number('weight', 0, 1e6),
        kAux: fields.orNull('kAux', (name) => fields.whole(name, 1, MOST.concepts)),
        deadAfter: fields.whole('deadAfter', 0, 1e9),
      };
  }
}
