import { isSae, methods } from '../../../../core/training/check.ts';
import { presets } from '../../../../core/training/presets.ts';
import type { Recipe } from '../../../../core/training/recipe.ts';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { Advanced } from './Advanced.tsx';
import { NumberField } from './NumberField.tsx';
import { SelectField } from './SelectField.tsx';

/** Whole numbers that every method reads, with their upper ends. */
const NUMBERS = [
  { key: 'concepts', max: 1_048_576 }, { key: 'k', max: 4096 }, { key: 'epochs', max: 100_000 }, { key: 'batch', max: 1_048_576 }, { key: 'seed', max: 2 ** 32 - 1 },
] as const;

/** What to train: method, size and effort; the rest behind "advanced". */
export function RecipeForm() {
  const { t } = useLabText();
  const actions = useLabActions();
  const { recipe, preset, problem, d } = useLab((s) => ({ recipe: s.recipe, preset: s.preset, problem: s.recipeError, d: s.data?.d ?? null }));
  const field = problem?.place.field?.split('.')[0] ?? '';
  const basic = field === 'method' || NUMBERS.some(({ key }) => key === field);
  const error = (key: keyof Recipe): string | null => (problem !== null && field === key ? problem.message : null);
  return (
    <section aria-labelledby="lab-recipe" className="recipe">
      <h3 id="lab-recipe">{t('recipe.title')}</h3>
      <SelectField
        label={t('recipe.method')}
        value={recipe.method}
        options={methods.map((method) => ({ value: method, text: t(`method.${method}`) }))}
        error={error('method')}
        onChange={(method) => { actions.setRecipe({ method }); }}
      />
      <p className="note method-says">{t(`method.${recipe.method}.says`)}</p>
      <SelectField
        label={t('recipe.preset')}
        info={t('recipe.preset.help')}
        value={preset}
        options={presets.map(({ name }) => ({ value: name, text: name === 'default' ? t('recipe.preset.default') : name }))}
        onChange={(name) => { actions.setPreset(name); }}
      />
      <div className="field-grid">
        {NUMBERS.filter(({ key }) => key !== 'batch' || isSae(recipe.method)).map(({ key, max }) => (
          <NumberField
            key={key}
            label={t(`recipe.${key}`)}
            info={t(`recipe.${key}.help`)}
            value={recipe[key]}
            min={key === 'seed' ? 0 : 1}
            max={max}
            error={error(key)}
            onChange={(value) => { actions.setRecipe({ [key]: value }); }}
            {...(key === 'concepts' && d !== null ? { unit: t('recipe.expansion', { factor: Number((recipe.concepts / d).toPrecision(3)) }) } : {})}
          />
        ))}
      </div>
      {isSae(recipe.method) && <Advanced recipe={recipe} />}
      {problem !== null && !basic && <p className="field-error" role="alert">{problem.message}</p>}
    </section>
  );
}
