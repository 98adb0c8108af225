import { isSae } from './check.ts';
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
/** Optimiser steps that a default run takes at least, where the data allows it in `MOST_EPOCHS`. */
const STEPS = 3000;
const MOST_EPOCHS = 200;
/** A unit counts as dead when it misses this many times the codes that it would have if all units shared them evenly. */
const DEAD_AFTER_SHARES = 49;

const ownInit: Initialisation = { atoms: 'gaussian', encoder: 'tied', bias: 'mean' };
const ownSchedule: Schedule = { kind: 'linear', warmupShare: 0.05, decayShare: 0.5 };

/**
 * The recipe that recovers most of a planted dictionary (src/core/training/README.md tells what was tried), fitted to the data:
 * expansion 8 but no more concepts than a quarter of the rows, k = 20 but no more than an eighth of the concepts.
 */
export function defaultRecipe(method: Method, shape: TrainingShape): Recipe {
  const { concepts, k } = sizes(method, shape, EXPANSION, K);
  const batch = shape.batch ?? batchFor(shape.rows, BATCH);
  return {
    method,
    concepts,
    k,
    epochs: epochsFor(shape.rows, batch),
    batch,
    seed: 0,
    // Found at d = 64 and batch 512; Adam's noise grows as the batch shrinks.
    learningRate: 5e-3 * Math.sqrt(batch / BATCH),
    betas: [0.9, 0.99],
    epsilon: 1e-8,
    weightDecay: 0,
    schedule: ownSchedule,
    clip: null,
    init: ownInit,
    revival: ownRevival(method, concepts, k, batch),
    ...methodFields(method, concepts),
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
      const batch = shape.batch ?? batchFor(shape.rows, 8000);
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
        batch: shape.batch ?? batchFor(shape.rows, 1024),
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

/** `wanted`, or the largest power of two of which there are at least eight in the rows. */
function batchFor(rows: number, wanted: number): number {
  return Math.min(wanted, 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, rows / 8)))));
}

function epochsFor(rows: number, batch: number): number {
  return Math.max(1, Math.min(MOST_EPOCHS, Math.ceil((STEPS * batch) / Math.max(1, rows))));
}

function ownRevival(method: Method, concepts: number, k: number, batch: number): Revival {
  if (!isSae(method)) return { kind: 'none' };
  if (method === 'mp') return { kind: 'nudge', amount: 1e-5 };
  return { kind: 'auxk', weight: 1, kAux: null, deadAfter: Math.max(1, Math.ceil((DEAD_AFTER_SHARES * concepts) / (k * batch))) };
}

/** What only some methods read. */
function methodFields(method: Method, concepts: number): Pick<Recipe, 'penalty' | 'jump' | 'prefixes' | 'anneal'> {
  return {
    penalty: { weight: 1e-4, adaptive: true },
    jump: { bandwidth: 1e-2, kernel: 'silverman', threshold: 0.05 },
    prefixes: method === 'matryoshka' ? nested(concepts) : [],
    anneal: { factor: 1, share: 0 },
  };
}

/** Five prefixes, each twice the one before, the last one all concepts. */
function nested(concepts: number): number[] {
  const halves = [16, 8, 4, 2, 1].map((part) => Math.max(1, Math.round(concepts / part)));
  return [...new Set(halves)].sort((a, b) => a - b);
}
