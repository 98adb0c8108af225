import { MOST_CODES, isSae } from './check.ts';
import type { Initialisation, Method, Recipe, Revival, Schedule } from './recipe.ts';

/** What a recipe is for. `concepts`, `k` and `batch` are the user's wish where given. */
export interface TrainingShape {
  readonly rows: number;
  readonly d: number;
  readonly concepts?: number | undefined;
  readonly k?: number | undefined;
  readonly batch?: number | undefined;
}

/** A named way of training; `recipe` fits it to a method and data. */
export interface Preset {
  readonly name: string;
  readonly recipe: (method: Method, shape: TrainingShape) => Recipe;
}

/** Concepts a dimension by default (Iso-Energy). */
const EXPANSION = 8;
const K = 20;
/** Rows a concept at least by default: fewer cannot tell concepts from rows. */
const ROWS_A_CONCEPT = 4;
const BATCH = 512;
/** Batches of an epoch at least, down to the smallest batch: more steps help more than large batches do. */
const BATCHES = 32;
const SMALLEST_BATCH = 64;
const EPOCHS = 40;
/** Optimiser steps of a default run, within which `EPOCHS` moves for small and for large data. */
const FEWEST_STEPS = 1000;
const MOST_STEPS = 20_000;
const MOST_EPOCHS = 200;
/** A unit counts as dead when it misses this many times the codes that it would have if all units shared them evenly. */
const DEAD_AFTER_SHARES = 25;
const DEAD_AFTER_STEPS = 4;

const ownInit: Initialisation = { atoms: 'gaussian', encoder: 'tied', bias: 'mean' };
const ownSchedule: Schedule = { kind: 'linear', warmupShare: 0.05, decayShare: 0.5 };

/**
 * The recipe that recovers most of a planted dictionary (src/core/training/README.md tells what was tried), fitted to the data:
 * expansion 8 but no more concepts than a quarter of the rows, k = 20 but no more than an eighth of the concepts.
 */
export function defaultRecipe(method: Method, shape: TrainingShape): Recipe {
  const { concepts, k } = sizes(method, shape, EXPANSION, K);
  const batch = shape.batch ?? batchFor(shape.rows, concepts, BATCH);
  return {
    method,
    concepts,
    k,
    epochs: epochsFor(shape.rows, batch),
    batch,
    seed: 0,
    // 5e-3 at d = 64 and batch 512. Adam moves every weight by about this much, a unit atom's are 1/√d, and small batches are noisy.
    learningRate: 0.04 * Math.sqrt(batch / BATCH / shape.d),
    betas: [0.9, 0.99],
    epsilon: 1e-8,
    weightDecay: 0,
    schedule: ownSchedule,
    clip: null,
    init: ownInit,
    revival: ownRevival(method, concepts, k, batch),
    ...methodFields(method, concepts, k, shape.d),
  };
}

/** The presets of the lab, the default first. */
export const presets: readonly Preset[] = [
  { name: 'default', recipe: defaultRecipe },
  {
    // The library's example loop: nn.Linear encoder, no biases around the dictionary, Adam, dead units pushed by their pre-codes.
    name: 'overcomplete default',
    recipe: (method, shape) => ({
      ...defaultRecipe(method, shape),
      learningRate: 5e-4,
      betas: [0.9, 0.999],
      schedule: { kind: 'constant' },
      clip: 1,
      init: { atoms: 'gaussian', encoder: 'independent', bias: 'zero' },
      revival: method === 'mp' ? { kind: 'none' } : { kind: 'reanimation', weight: 1e-3 },
    }),
  },
  {
    name: 'MP-SAE App. B.4',
    recipe: (method, shape) => {
      const { concepts, k } = sizes(method, shape, 25, 5);
      const batch = shape.batch ?? batchFor(shape.rows, concepts, 8000);
      return {
        ...defaultRecipe(method, { ...shape, concepts, k }),
        epochs: 20,
        batch,
        learningRate: 5e-4,
        betas: [0.9, 0.999],
        weightDecay: 1e-5,
        schedule: { kind: 'cosine', warmupShare: 0.05, start: 1e-6, final: 1e-6 },
        clip: 1,
        init: { atoms: 'gaussian', encoder: 'independent', bias: 'zero' },
        revival: method === 'matryoshka' ? { kind: 'reanimation', weight: 1e-5 } : { kind: 'nudge', amount: 1e-5 },
      };
    },
  },
  {
    name: 'Iso-Energy',
    recipe: (method, shape) => {
      const { concepts, k } = sizes(method, shape, 8, 20);
      return {
        ...defaultRecipe(method, { ...shape, concepts, k }),
        epochs: 5,
        // 512 pairs.
        batch: shape.batch ?? batchFor(shape.rows, concepts, 1024),
        learningRate: 5e-4,
        betas: [0.9, 0.999],
        schedule: { kind: 'onecycle', upShare: 0.3, divStart: 25, divFinal: 1e4 },
        clip: 1,
        init: { atoms: 'gaussian', encoder: 'independent', bias: 'zero' },
        revival: method === 'mp' ? { kind: 'none' } : { kind: 'reanimation', weight: 1e-3 },
      };
    },
  },
];

/** Concepts and k for the data: the wish, else `expansion` and `k` within what the rows allow. */
function sizes(method: Method, { rows, d, ...wish }: TrainingShape, expansion: number, k: number): { concepts: number; k: number } {
  // PCA has two atoms a direction, one for each sign; `fitPca` makes fewer where more are asked for.
  const most = method === 'pca' ? 2 * d : Math.max(1, Math.floor(rows / ROWS_A_CONCEPT));
  const concepts = wish.concepts ?? Math.max(1, Math.min(expansion * d, most));
  return { concepts, k: wish.k ?? Math.max(1, Math.min(k, Math.floor(concepts / 8))) };
}

/** `wanted`, or the largest power of two that gives an epoch enough batches, but no smaller than it must be. */
function batchFor(rows: number, concepts: number, wanted: number): number {
  const largest = (most: number): number => 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, most))));
  return Math.min(wanted, Math.max(1, Math.floor(MOST_CODES / concepts)), largest(rows), Math.max(SMALLEST_BATCH, largest(rows / BATCHES)));
}

function epochsFor(rows: number, batch: number): number {
  const epochsOf = (steps: number): number => Math.ceil((steps * batch) / Math.max(1, rows));
  return Math.max(1, Math.min(MOST_EPOCHS, Math.max(EPOCHS, epochsOf(FEWEST_STEPS)), epochsOf(MOST_STEPS)));
}

function ownRevival(method: Method, concepts: number, k: number, batch: number): Revival {
  if (!isSae(method)) return { kind: 'none' };
  if (method === 'mp') return { kind: 'nudge', amount: 1e-5 };
  const deadAfter = Math.max(DEAD_AFTER_STEPS, Math.ceil((DEAD_AFTER_SHARES * concepts) / (k * batch)));
  return { kind: 'auxk', weight: 1, kAux: null, deadAfter };
}

/** What only some methods read. */
function methodFields(method: Method, concepts: number, k: number, d: number): Pick<Recipe, 'penalty' | 'jump' | 'prefixes' | 'anneal'> {
  // About where BatchTopK's θ ends on unit embeddings, whose k codes are about 1/√k each.
  const threshold = 0.25 / Math.sqrt(k);
  return {
    // What makes a code of half the threshold cost as much as it explains.
    penalty: { weight: (threshold / 2) ** (method === 'relu' ? 1 : 2) / d, adaptive: true },
    // Narrow enough that the kernel does not reach from θ to 0, where most pre-codes are.
    jump: { bandwidth: threshold / 20, kernel: 'silverman', threshold },
    prefixes: method === 'matryoshka' ? nested(concepts) : [],
    anneal: { factor: 1, share: 0 },
  };
}

/** Five prefixes, each twice the one before, the last one all concepts. */
function nested(concepts: number): number[] {
  const halves = [16, 8, 4, 2, 1].map((part) => Math.max(1, Math.round(concepts / part)));
  return [...new Set(halves)].sort((a, b) => a - b);
}
