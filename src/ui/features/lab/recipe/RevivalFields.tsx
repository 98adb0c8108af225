import type { Revival } from '../../../../core/training/recipe.ts';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { NumberField } from './NumberField.tsx';
import { SelectField } from './SelectField.tsx';

const KINDS = ['none', 'auxk', 'reanimation', 'nudge'] as const satisfies readonly Revival['kind'][];

/** Help for units that no longer fire. */
export function RevivalFields({ revival }: { readonly revival: Revival }) {
  const { t } = useLabText();
  const actions = useLabActions();
  const problem = useLab((s) => s.recipeError);
  const set = (next: Revival): void => { actions.setRecipe({ revival: next }); };
  return (
    <div className="field-grid">
      <SelectField
        label={t('recipe.revival')}
        info={t('recipe.revival.help')}
        value={revival.kind}
        options={KINDS.map((value) => ({ value, text: t(`revival.${value}`) }))}
        error={problem?.place.field === 'revival' ? problem.message : null}
        onChange={(kind) => { set(starting(kind)); }}
      />
      {(revival.kind === 'auxk' || revival.kind === 'reanimation') && (
        <NumberField label={t('revival.weight')} value={revival.weight} step="any" onChange={(weight) => { set({ ...revival, weight }); }} />
      )}
      {revival.kind === 'nudge' && <NumberField label={t('revival.amount')} value={revival.amount} step="any" onChange={(amount) => { set({ ...revival, amount }); }} />}
      {revival.kind === 'auxk' && (
        <>
          <NumberField label={t('revival.kAux')} info={t('revival.kAux.help')} value={revival.kAux ?? 0} onChange={(kAux) => { set({ ...revival, kAux: kAux > 0 ? kAux : null }); }} />
          <NumberField label={t('revival.deadAfter')} unit={t('revival.steps')} value={revival.deadAfter} onChange={(deadAfter) => { set({ ...revival, deadAfter }); }} />
        </>
      )}
    </div>
  );
}

function starting(kind: Revival['kind']): Revival {
  switch (kind) {
    case 'none':
      return { kind };
    case 'auxk':
      return { kind, weight: 1, kAux: null, deadAfter: 200 };
    case 'reanimation':
      return { kind, weight: 1e-3 };
    case 'nudge':
      return { kind, amount: 1e-5 };
  }
}
