import { useId, useRef, useState } from 'react';
import { methods as allMethods } from '../../../../core/training/check.ts';
import type { Method } from '../../../../core/training/recipe.ts';
import { duration } from '../../../plots/amounts.ts';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { METHOD_NAMES } from '../methods.ts';
import { isCount, isSeed, isShare, parseList } from './plan.ts';

/** "Sweep…": a small form that puts every combination of methods, k and seeds into the queue. */
export function Sweep() {
  const { t } = useLabText();
  const actions = useLabActions();
  const id = useId();
  const { data, estimate } = useLab((s) => ({ data: s.data, estimate: s.estimate }));
  const dialog = useRef<HTMLDialogElement>(null);
  const [methods, setMethods] = useState<readonly Method[]>(['batchtopk', 'topk', 'pca', 'kmeans']);
  const [lists, setLists] = useState({ ks: '4, 8, 16, 32', seeds: '0', shares: '' });
  const parsed = {
    ks: parseList(lists.ks, isCount),
    seeds: parseList(lists.seeds, isSeed),
    shares: parseList(lists.shares, isShare),
  };
  const { ks, seeds, shares } = parsed;
  const runs = methods.length * (ks?.length ?? 0) * (seeds?.length ?? 0) * Math.max(1, shares?.length ?? 0);
  const ready = data !== null && shares !== null && runs > 0;
  const fields = [
    { name: 'ks' as const, wrong: ks === null || ks.length === 0 },
    { name: 'seeds' as const, wrong: seeds === null || seeds.length === 0 },
    { name: 'shares' as const, wrong: shares === null },
  ];
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>{t('sweep.open')}</button>
      <dialog ref={dialog} className="sheet sweep" aria-labelledby={`${id}-title`}>
        <h3 id={`${id}-title`}>{t('sweep.title')}</h3>
        <p className="note">{t('sweep.help')}</p>
        <fieldset>
          <legend>{t('sweep.methods')}</legend>
          {allMethods.map((method) => (
            <label key={method}>
              <input
                type="checkbox"
                checked={methods.includes(method)}
                onChange={(event) => { setMethods(allMethods.filter((m) => (m === method ? event.target.checked : methods.includes(m)))); }}
              />{' '}
              {METHOD_NAMES[method]}
            </label>
          ))}
        </fieldset>
        {fields.map(({ name, wrong }) => (
          <div key={name} className="sweep-field">
            <label htmlFor={`${id}-${name}`}>{t(`sweep.${name}`)}</label>
            <input
              id={`${id}-${name}`}
              type="text"
              value={lists[name]}
              aria-invalid={wrong}
              aria-describedby={`${id}-${name}-hint`}
              onChange={(event) => { setLists({ ...lists, [name]: event.target.value }); }}
            />
            <p id={`${id}-${name}-hint`} className={wrong ? 'field-error' : 'note'}>{t(wrong ? `sweep.${name}.wrong` : `sweep.${name}.hint`)}</p>
          </div>
        ))}
        <p role="status">
          {t('sweep.count', { n: runs })}
          {estimate !== null && estimate !== 'measuring' && runs > 0 && ` ${t('sweep.time', { time: duration(runs * estimate.seconds) })}`}
        </p>
        <form method="dialog" className="sheet-buttons">
          <button
            type="submit"
            className="primary"
            disabled={!ready}
            onClick={() => { if (ks !== null && seeds !== null && shares !== null) void actions.sweep({ methods, ks, seeds, imageShares: shares }); }}
          >
            {t('sweep.start')}
          </button>
          <button type="submit">{t('lab.close')}</button>
        </form>
      </dialog>
    </>
  );
}
