import { useId, useState } from 'react';
import { jumpKernels } from '../../../../core/training/check.ts';
import type { Recipe } from '../../../../core/training/recipe.ts';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { NumberField } from './NumberField.tsx';
import { SelectField } from './SelectField.tsx';

/** What only some methods read: the sparsity penalty, JumpReLU's kernel, Matryoshka's prefixes, the annealing of k. */
export function MethodFields({ recipe }: { readonly recipe: Recipe }) {
  const { t } = useLabText();
  const actions = useLabActions();
  const { method, penalty, jump, anneal } = recipe;
  return (
    <div className="field-grid">
      {(method === 'relu' || method === 'jumprelu') && (
        <>
          <NumberField label={t('recipe.penalty')} info={t('recipe.penalty.help')} value={penalty.weight} step="any" onChange={(weight) => { actions.setRecipe({ penalty: { ...penalty, weight } }); }} />
          <label className="field-check">
            <input type="checkbox" checked={penalty.adaptive} onChange={(event) => { actions.setRecipe({ penalty: { ...penalty, adaptive: event.target.checked } }); }} /> {t('recipe.adaptive')}
          </label>
        </>
      )}
      {method === 'jumprelu' && (
        <>
          <SelectField label={t('recipe.kernel')} info={t('recipe.kernel.help')} value={jump.kernel} options={jumpKernels.map((value) => ({ value, text: value }))} onChange={(kernel) => { actions.setRecipe({ jump: { ...jump, kernel } }); }} />
          <NumberField label={t('recipe.bandwidth')} value={jump.bandwidth} step="any" onChange={(bandwidth) => { actions.setRecipe({ jump: { ...jump, bandwidth } }); }} />
          <NumberField label={t('recipe.threshold')} value={jump.threshold} step="any" onChange={(threshold) => { actions.setRecipe({ jump: { ...jump, threshold } }); }} />
        </>
      )}
      {(method === 'batchtopk' || method === 'matryoshka') && (
        <>
          <NumberField label={t('recipe.annealFactor')} info={t('recipe.anneal.help')} value={anneal.factor} min={1} step="any" onChange={(factor) => { actions.setRecipe({ anneal: { ...anneal, factor } }); }} />
          <NumberField label={t('recipe.annealShare')} value={anneal.share} max={1} step="any" onChange={(share) => { actions.setRecipe({ anneal: { ...anneal, share } }); }} />
        </>
      )}
      {method === 'matryoshka' && <PrefixesField prefixes={recipe.prefixes} />}
    </div>
  );
}

function PrefixesField({ prefixes }: { readonly prefixes: readonly number[] }) {
  const { t } = useLabText();
  const actions = useLabActions();
  const problem = useLab((s) => (s.recipeError?.place.field === 'prefixes' ? s.recipeError.message : null));
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <div className="field wide">
      <span className="field-label"><label htmlFor={id}>{t('recipe.prefixes')}</label></span>
      <input
        id={id}
        type="text"
        value={draft ?? prefixes.join(', ')}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-hint`}
        onChange={(event) => { setDraft(event.target.value); }}
        onBlur={() => {
          if (draft !== null) actions.setRecipe({ prefixes: draft.split(/[\s,;]+/u).filter((part) => part !== '').map(Number) });
          setDraft(null);
        }}
      />
      <p id={`${id}-hint`} className={problem === null ? 'note' : 'field-error'}>{problem ?? t('recipe.prefixes.hint')}</p>
    </div>
  );
}
