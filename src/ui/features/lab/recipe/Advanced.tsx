import type { Initialisation, Recipe } from '../../../../core/training/recipe.ts';
import { useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { MethodFields } from './MethodFields.tsx';
import { NumberField } from './NumberField.tsx';
import { RevivalFields } from './RevivalFields.tsx';
import { ScheduleFields } from './ScheduleFields.tsx';
import { SelectField } from './SelectField.tsx';

const ATOMS = ['gaussian', 'data'] as const satisfies readonly Initialisation['atoms'][];
const ENCODERS = ['tied', 'independent'] as const satisfies readonly Initialisation['encoder'][];
const BIASES = ['mean', 'zero'] as const satisfies readonly Initialisation['bias'][];

/** Optimiser, schedule, initialisation, help for dead units, and what only some methods read. */
export function Advanced({ recipe }: { readonly recipe: Recipe }) {
  const { t } = useLabText();
  const actions = useLabActions();
  const { init, betas } = recipe;
  return (
    <details className="advanced">
      <summary>{t('recipe.advanced')}</summary>
      <div className="field-grid">
        <NumberField label={t('recipe.learningRate')} value={recipe.learningRate} step="any" onChange={(learningRate) => { actions.setRecipe({ learningRate }); }} />
        <NumberField label={t('recipe.weightDecay')} info={t('recipe.weightDecay.help')} value={recipe.weightDecay} step="any" onChange={(weightDecay) => { actions.setRecipe({ weightDecay }); }} />
        <NumberField label="Adam β₁" value={betas[0]} step="any" onChange={(beta) => { actions.setRecipe({ betas: [beta, betas[1]] }); }} />
        <NumberField label="Adam β₂" value={betas[1]} step="any" onChange={(beta) => { actions.setRecipe({ betas: [betas[0], beta] }); }} />
        <NumberField label="Adam ε" value={recipe.epsilon} step="any" onChange={(epsilon) => { actions.setRecipe({ epsilon }); }} />
        <NumberField label={t('recipe.clip')} info={t('recipe.clip.help')} value={recipe.clip ?? 0} step="any" onChange={(clip) => { actions.setRecipe({ clip: clip > 0 ? clip : null }); }} />
      </div>
      <ScheduleFields schedule={recipe.schedule} learningRate={recipe.learningRate} />
      <div className="field-grid">
        <SelectField label={t('recipe.atoms')} info={t('recipe.init.help')} value={init.atoms} options={ATOMS.map((value) => ({ value, text: t(`recipe.atoms.${value}`) }))} onChange={(atoms) => { actions.setRecipe({ init: { ...init, atoms } }); }} />
        <SelectField label={t('recipe.encoder')} value={init.encoder} options={ENCODERS.map((value) => ({ value, text: t(`recipe.encoder.${value}`) }))} onChange={(encoder) => { actions.setRecipe({ init: { ...init, encoder } }); }} />
        <SelectField label={t('recipe.bias')} value={init.bias} options={BIASES.map((value) => ({ value, text: t(`recipe.bias.${value}`) }))} onChange={(bias) => { actions.setRecipe({ init: { ...init, bias } }); }} />
      </div>
      <RevivalFields revival={recipe.revival} />
      <MethodFields recipe={recipe} />
    </details>
  );
}
