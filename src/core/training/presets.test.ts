import { describe, expect, it } from 'vitest';
import { methods } from './check.ts';
import { defaultRecipe, presets } from './presets.ts';
import type { Recipe } from './recipe.ts';

const named = (name: string): Recipe | undefined => presets.find((preset) => preset.name === name)?.recipe('batchtopk', { rows: 600_000, d: 512 });

describe('presets', () => {
  it('are those that the method documents', () => {
    expect(presets.map(({ name }) => name)).toEqual(['default', 'overcomplete default', 'MP-SAE App. B.4', 'Iso-Energy']);
    expect(named('default')).toMatchObject({ method: 'batchtopk', concepts: 8 * 512, k: 20, init: { encoder: 'tied', bias: 'mean' }, revival: { kind: 'auxk' } });
    expect(named('MP-SAE App. B.4')).toMatchObject({
      concepts: 25 * 512, k: 5, epochs: 20, batch: 8000, learningRate: 5e-4, weightDecay: 1e-5, clip: 1,
      schedule: { kind: 'cosine', start: 1e-6, final: 1e-6 }, revival: { kind: 'nudge', amount: 1e-5 },
    });
    expect(named('Iso-Energy')).toMatchObject({ concepts: 8 * 512, k: 20, epochs: 5, batch: 1024, learningRate: 5e-4, weightDecay: 0, schedule: { kind: 'onecycle' } });
    expect(named('overcomplete default')).toMatchObject({ init: { encoder: 'independent', bias: 'zero' }, clip: 1, weightDecay: 0, revival: { kind: 'reanimation' } });
  });

  it('take the wish for concepts, k and batch', () => {
    for (const { recipe } of presets) {
      for (const method of methods) expect(recipe(method, { rows: 5000, d: 64, concepts: 48, k: 3, batch: 100 })).toMatchObject({ method, concepts: 48, k: 3, batch: 100 });
    }
  });

  it('the default scales with batch and dimension as it was tuned: 5e-3 at 512 rows of 64', () => {
    expect(defaultRecipe('batchtopk', { rows: 40_000, d: 64, concepts: 512, k: 5 })).toMatchObject({ epochs: 40, batch: 512, revival: { weight: 1, deadAfter: 5 } });
    expect(defaultRecipe('batchtopk', { rows: 40_000, d: 64, batch: 512 }).learningRate).toBeCloseTo(5e-3, 9);
    expect(defaultRecipe('batchtopk', { rows: 40_000, d: 256, batch: 128 }).learningRate).toBeCloseTo(1.25e-3, 9);
  });

  it('the default keeps within the data: several rows a concept, several codes a batch', () => {
    expect(defaultRecipe('batchtopk', { rows: 1000, d: 512 })).toMatchObject({ concepts: 250, batch: 64 });
    expect(defaultRecipe('batchtopk', { rows: 3, d: 512 })).toMatchObject({ concepts: 1, k: 1, batch: 2 });
  });
});
