import { defaultRecipe } from '../../core/training/presets.ts';
import type { Recipe } from '../../core/training/recipe.ts';
import type { Plan } from './model.ts';

/**
 * All combinations of a plan, in an order that fills the frontier evenly: every method once before the next k. The form's recipe
 * gives size, effort and, for its own method, everything else. One share of pictures a recipe, or none at all.
 */
export function planned(plan: Plan, form: Recipe, data: { readonly rows: number; readonly d: number }): { recipes: Recipe[]; imageShares: number[] } {
  const recipes: Recipe[] = [];
  const imageShares: number[] = [];
  for (const seed of plan.seeds) {
    for (const k of plan.ks) {
      for (const method of plan.methods) {
        for (const share of plan.imageShares.length === 0 ? [null] : plan.imageShares) {
          const { concepts, epochs, batch } = form;
          const base = method === form.method ? form : defaultRecipe(method, { ...data, concepts, k });
          recipes.push({ ...base, concepts, k, epochs, batch, seed });
          if (share !== null) imageShares.push(share);
        }
      }
    }
  }
  return { recipes, imageShares };
}
