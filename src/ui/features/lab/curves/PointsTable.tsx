import { useState } from 'react';
import { count } from '../../../plots/amounts.ts';
import { MEASURES, valueOf, type CurveSeries } from '../../../plots/curves.ts';
import { download } from '../../../figures/download.ts';
import { useLabText } from '../lab-text.ts';
import { letterOf } from '../overlay.ts';
import { curvesCsv } from './curves-csv.ts';
import { measureText } from './measure-text.ts';

/** The curves in numbers, one run at a time, for those who do not read plots. */
export function PointsTable({ series }: { readonly series: readonly CurveSeries[] }) {
  const { t } = useLabText();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState('');
  const one = series.find((s) => s.run === chosen) ?? series[0];
  return (
    <details className="points" onToggle={(event) => { setOpen(event.currentTarget.open); }}>
      <summary>{t('curves.table')}</summary>
      {open && one !== undefined && (
        <>
          <p className="points-choice">
            <select aria-label={t('curves.run')} value={one.run} onChange={(event) => { setChosen(event.target.value); }}>
              {series.map((s) => <option key={s.run} value={s.run}>{letterOf(s.slot)} {s.name}</option>)}
            </select>
            <span className="note">{t('curves.points', { n: one.points.length })}</span>
          </p>
          <div className="scroll">
            <table className="plain">
              <caption>
                {t('curves.tableOf', { name: one.name })}{' '}
                <button type="button" className="quiet" onClick={() => { download(`${one.name}.csv`, new Blob(['\ufeff', curvesCsv([one])], { type: 'text/csv' })); }}>CSV</button>
              </caption>
              <thead>
                <tr>
                  <th scope="col" className="number">{t('curves.step')}</th>
                  <th scope="col" className="number">{t('curves.unit')}</th>
                  {MEASURES.map((measure) => <th key={measure} scope="col" className="number">{t(`measure.${measure}.short`)}</th>)}
                </tr>
              </thead>
              <tbody>
                {one.points.map((point) => (
                  <tr key={point.step}>
                    <td className="number">{count(point.step)}</td>
                    <td className="number">{point.epoch.toFixed(2)}</td>
                    {MEASURES.map((measure) => <td key={measure} className="number">{measureText(measure, valueOf(point, measure))}</td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </details>
  );
}
