import { bridgesMessages } from '../../i18n/bridges.ts';
import { useMessages } from '../../i18n/text.ts';
import type { BridgeRow } from '../../plots/bridges/bridge-rows.ts';
import { cosineText, percent, significant } from '../../plots/format.ts';
import { ConceptName } from '../atlas/ConceptName.tsx';
import { useHref } from '../atlas/useHref.ts';

const NUMBERS = ['b', 'null', 'excess', 'cosine', 'share'] as const;

/** The bridges as a table, each with the way to its own page. */
export function BridgesList({ rows, sum }: { readonly rows: readonly BridgeRow[]; readonly sum: number }) {
  const { t } = useMessages(bridgesMessages);
  const href = useHref();
  const strongest = rows[0]?.excess ?? 1;
  const side = (row: BridgeRow, concept: number): React.ReactNode => (
    <>
      <ConceptName concept={concept} />
      {row.single.includes(concept) && <span className="bridge-single">{t('single.mark')}</span>}
    </>
  );
  return (
    <div className="bridges-scroll">
      <table className="bridges-table">
        <thead>
          <tr>
            <th scope="col">{t('column.image')}</th><th scope="col">{t('column.text')}</th>
            {NUMBERS.map((key) => <th key={key} scope="col" className="number">{t(`column.${key}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { i, j, value, null: expected, excess, cosine } = row;
            return (
              <tr key={`${String(i)}-${String(j)}`}>
                <th scope="row"><span className="mark-image" aria-hidden="true" /> {side(row, i)}</th>
                <td><span className="mark-text" aria-hidden="true" /> {side(row, j)}</td>
                <td className="number">{significant(value)}</td>
                <td className="number">{significant(expected)}</td>
                <td className="number bridge-excess">
                  <span className="bridge-bar" aria-hidden="true"><span style={{ width: `${String((100 * excess) / strongest)}%` }} /></span>
                  <a href={href('bridges', { bridge: [i, j] })} aria-label={t('open', { i, j, value: significant(excess) })}>{significant(excess)}</a>
                </td>
                <td className="number">{cosineText(cosine)}</td>
                <td className="number">{percent(value / sum)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
