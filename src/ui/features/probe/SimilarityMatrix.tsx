import { useActions, useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { cosineText } from '../../plots/format.ts';
import { ProbePicture } from '../../primitives/ProbePicture.tsx';
import { pairKey } from '../../../state/model.ts';
import type { ReadyProbe } from './columns.ts';

/** Cosine of every two of the shown probes; tapping one explains it. */
export function SimilarityMatrix({ columns, names }: { readonly columns: readonly ReadyProbe[]; readonly names: readonly string[] }) {
  const { t } = useText();
  const actions = useActions();
  const { similarities, pair } = useApp((s) => ({ similarities: s.similarities, pair: s.pair }));
  const chosen = pair === null ? '' : pairKey(pair.a, pair.b);
  return (
    <table className="matrix">
      <caption className="visually-hidden">{t('why.matrix')}</caption>
      <thead>
        <tr>
          <td />
          {columns.slice(1).map((probe, c) => <th key={probe.key} scope="col" title={names[c + 1]}><Name probe={probe} name={names[c + 1] ?? ''} /></th>)}
        </tr>
      </thead>
      <tbody>
        {columns.slice(0, -1).map((row, r) => (
          <tr key={row.key}>
            <th scope="row" title={names[r]}><Name probe={row} name={names[r] ?? ''} /></th>
            {columns.slice(1).map((column, c) => {
              if (c < r) return <td key={column.key} />;
              const key = pairKey(row.key, column.key);
              const cosine = similarities.get(key) ?? Number.NaN;
              const strength = `${String(Math.round(Math.max(0, Number.isNaN(cosine) ? 0 : cosine) * 45))}%`;
              return (
                <td key={column.key}>
                  <button
                    type="button"
                    aria-pressed={key === chosen}
                    aria-label={t('why.cell', { a: names[r] ?? '', b: names[c + 1] ?? '', value: cosineText(cosine) })}
                    style={{ '--strength': strength } as React.CSSProperties}
                    onClick={() => void actions.choosePair(row.key, column.key)}
                  >
                    {cosineText(cosine)}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({ probe, name }: { readonly probe: ReadyProbe; readonly name: string }) {
  return (
    <span className="matrix-name">
      <ProbePicture probe={probe} size={24} />
      <span className={probe.kind === 'image' ? 'visually-hidden' : ''}>{name}</span>
    </span>
  );
}
