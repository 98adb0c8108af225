import type { Schedule } from '../../../../core/training/recipe.ts';
import { useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { NumberField } from './NumberField.tsx';
import { SelectField } from './SelectField.tsx';

const KINDS = ['constant', 'linear', 'cosine', 'onecycle'] as const satisfies readonly Schedule['kind'][];

/** How the learning rate goes over the steps. */
export function ScheduleFields({ schedule, learningRate }: { readonly schedule: Schedule; readonly learningRate: number }) {
  const { t } = useLabText();
  const actions = useLabActions();
  const set = (next: Schedule): void => { actions.setRecipe({ schedule: next }); };
  return (
    <div className="field-grid">
      <SelectField
        label={t('recipe.schedule')}
        info={t('recipe.schedule.help')}
        value={schedule.kind}
        options={KINDS.map((value) => ({ value, text: t(`schedule.${value}`) }))}
        onChange={(kind) => { set(starting(kind, learningRate)); }}
      />
      {(schedule.kind === 'cosine' || schedule.kind === 'linear') && (
        <NumberField label={t('schedule.warmup')} value={schedule.warmupShare} max={1} step="any" onChange={(warmupShare) => { set({ ...schedule, warmupShare }); }} />
      )}
      {schedule.kind === 'linear' && <NumberField label={t('schedule.decay')} value={schedule.decayShare} max={1} step="any" onChange={(decayShare) => { set({ ...schedule, decayShare }); }} />}
      {schedule.kind === 'cosine' && (
        <>
          <NumberField label={t('schedule.start')} value={schedule.start} step="any" onChange={(start) => { set({ ...schedule, start }); }} />
          <NumberField label={t('schedule.final')} value={schedule.final} step="any" onChange={(final) => { set({ ...schedule, final }); }} />
        </>
      )}
      {schedule.kind === 'onecycle' && (
        <>
          <NumberField label={t('schedule.up')} value={schedule.upShare} max={1} step="any" onChange={(upShare) => { set({ ...schedule, upShare }); }} />
          <NumberField label={t('schedule.divStart')} value={schedule.divStart} min={1} step="any" onChange={(divStart) => { set({ ...schedule, divStart }); }} />
          <NumberField label={t('schedule.divFinal')} value={schedule.divFinal} min={1} step="any" onChange={(divFinal) => { set({ ...schedule, divFinal }); }} />
        </>
      )}
    </div>
  );
}

/** A schedule to begin with when its kind is chosen; the numbers are those of the presets. */
function starting(kind: Schedule['kind'], learningRate: number): Schedule {
  switch (kind) {
    case 'constant':
      return { kind };
    case 'linear':
      return { kind, warmupShare: 0.05, decayShare: 0.2 };
    case 'cosine':
      return { kind, warmupShare: 0.05, start: learningRate / 500, final: learningRate / 500 };
    case 'onecycle':
      return { kind, upShare: 0.3, divStart: 25, divFinal: 1e4 };
  }
}
