import { MEASURES, pointAt, valueOf, type CurveSeries } from '../../../plots/curves.ts';
import { count } from '../../../plots/amounts.ts';
import { significant } from '../../../plots/format.ts';
import { useLabText } from '../lab-text.ts';
import { RunMark } from '../RunMark.tsx';
import { measureText } from './measure-text.ts';

/** What the curves say at the cursor, one line a run. */
export function Readout({ series, epoch }: { readonly series: readonly CurveSeries[]; readonly epoch: number }) {
  const { t } = useLabText();
  return (
    <table className="readout">
      <caption className="visually-hidden">{t('curves.readout')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('curves.run')}</th>
          <th scope="col" className="number">{t('curves.step')}</th>
          {MEASURES.map((measure) => <th key={measure} scope="col" className="number">{t(`measure.${measure}.short`)}</th>)}
          <th scope="col" className="number">{t('measure.learningRate')}</th>
        </tr>
      </thead>
      <tbody>
        {series.map((s) => {
          const point = pointAt(s, epoch);
          return (
            <tr key={s.run}>
              <th scope="row"><RunMark slot={s.slot} /> <span className="run-name">{s.name}</span></th>
              <td className="number" data-label={t('curves.step')}>{point === null ? '–' : count(point.step)}</td>
              {MEASURES.map((measure) => (
                <td key={measure} className="number" data-label={t(`measure.${measure}.short`)}>{point === null ? '–' : measureText(measure, valueOf(point, measure))}</td>
              ))}
              <td className="number" data-label={t('measure.learningRate')}>{point === null ? '–' : significant(point.learningRate)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
