import { useMemo, useState } from 'react';
import type { Stability } from '../../../../engine/lab/protocol.ts';
import { significant } from '../../../plots/format.ts';
import { csvText } from '../../../plots/csv.ts';
import { useLabText } from '../lab-text.ts';
import { download } from '../../../figures/download.ts';

const SHOWN = 50;

/** The concepts with most energy and how stable they are, in numbers. */
export function StabilityTable({ report }: { readonly report: Stability }) {
  const { t } = useLabText();
  const [open, setOpen] = useState(false);
  const rows = useMemo(
    () => report.perConcept.map((stability, concept) => ({ concept, stability, energy: report.energy[concept] ?? 0 })).sort((a, b) => b.energy - a.energy),
    [report],
  );
  const shown = rows.slice(0, SHOWN);
  return (
    <details className="points" onToggle={(event) => { setOpen(event.currentTarget.open); }}>
      <summary>{t('stability.table')}</summary>
      {open && (
        <div className="scroll">
          <table className="plain">
            <caption>
              {t('stability.tableOf', { n: shown.length, m: rows.length })}{' '}
              <button
                type="button"
                className="quiet"
                onClick={() => {
                  download('vlm-explore-stability.csv', new Blob([csvText(['concept', 'energy', 'stability'], rows.map((r) => [r.concept, r.energy, r.stability]))], { type: 'text/csv' }));
                }}
              >
                CSV
              </button>
            </caption>
            <thead>
              <tr>
                <th scope="col" className="number">{t('stability.concept')}</th>
                <th scope="col" className="number">{t('stability.energy')}</th>
                <th scope="col" className="number">{t('stability.title')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={row.concept}>
                  <th scope="row" className="number">{row.concept}</th>
                  <td className="number">{significant(row.energy)}</td>
                  <td className="number">{significant(row.stability)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
