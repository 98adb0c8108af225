import { curvePanel, pointAt, valueOf, type CurveSeries, type Measure } from '../../../plots/curves.ts';
import { measureText } from './measure-text.ts';
import { useLabText } from '../lab-text.ts';
import { letterOf } from '../overlay.ts';

/** Runs whose values fit beside a panel's title; the table below the panels has them all. */
const IN_TITLE = 2;

interface Props {
  readonly measure: Measure;
  readonly series: readonly CurveSeries[];
  readonly width: number;
  readonly height: number;
  /** Epoch that is read off, or null for the newest. */
  readonly cursor: number | null;
  readonly onCursor: (epoch: number | null) => void;
}

/** One of the small multiples: a measure of every run over the epochs. */
export function CurvePanel({ measure, series, width, height, cursor, onCursor }: Props) {
  const { t } = useLabText();
  const { x, y, plot, lines, targets } = curvePanel(measure, series, width, height);
  const read = series.map((s) => ({ series: s, point: pointAt(s, cursor ?? Infinity) ?? null }));
  const spoken = read.map(({ series: s, point }) => `${s.name} ${point === null ? '–' : measureText(measure, valueOf(point, measure))}`);
  const nothing = series.length > 0 && lines.every(({ path }) => path === '');
  return (
    <svg
      data-figure
      width={width}
      height={height}
      role="img"
      aria-label={`${t(`measure.${measure}`)}: ${spoken.join(', ')}`}
      onPointerMove={(event) => {
        const epoch = x.invert(event.clientX - event.currentTarget.getBoundingClientRect().left);
        onCursor(epoch < x.domain[0] ? null : Math.min(epoch, x.domain[1]));
      }}
      onPointerLeave={() => { onCursor(null); }}
    >
      <text className="panel-title" x={0} y={12}>{t(`measure.${measure}`)}</text>
      {read.length > 0 && read.length <= IN_TITLE && (
        <text className="panel-value" x={plot.right} y={12}>
          {read.map(({ series: s, point }) => (
            <tspan key={s.run} className={`series-${String(s.slot)}`} dx={s === series[0] ? 0 : 8}>
              {read.length > 1 ? `${letterOf(s.slot)} ` : ''}{point === null ? '–' : measureText(measure, valueOf(point, measure))}
            </tspan>
          ))}
        </text>
      )}
      {y.ticks.map((tick) => (
        <g key={tick.text}>
          <line className="hairline" x1={plot.left} x2={plot.right} y1={tick.at} y2={tick.at} />
          {series.length > 0 && <text className="tick tick-y" x={plot.left - 6} y={tick.at + 3.5}>{tick.text}</text>}
        </g>
      ))}
      <line className="axis" x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} />
      {series.length > 0 && x.ticks.map((tick) => <text key={tick.text} className="tick tick-x" x={tick.at} y={plot.bottom + 14}>{tick.text}</text>)}
      <text className="tick" x={0} y={plot.bottom + 14}>{t('curves.unit')}</text>
      {targets.map(({ k, y: at }) => (
        <g key={k}>
          <line className="target" x1={plot.left} x2={plot.right} y1={at} y2={at} />
          <text className="target-name" x={plot.left + 3} y={at - 3}>{t('curves.target', { k })}</text>
        </g>
      ))}
      {nothing && <text className="panel-none" x={(plot.left + plot.right) / 2} y={(plot.top + plot.bottom) / 2}>{t(measure === 'theta' ? 'curves.noTheta' : 'curves.noPoints')}</text>}
      {cursor !== null && <line data-screen className="cursor" x1={x.place(cursor)} x2={x.place(cursor)} y1={plot.top} y2={plot.bottom} />}
      {lines.map(({ slot, path, endX, labelY }) => (
        <g key={slot} className={`series-${String(slot)}`}>
          <path className="series-line" d={path} />
          {Number.isFinite(labelY) && <text className="series-name" x={Math.min(endX + 4, plot.right + 3)} y={labelY + 3.5}>{letterOf(slot)}</text>}
        </g>
      ))}
      {read.map(({ series: s, point }) => {
        const at = point === null ? Number.NaN : y.place(valueOf(point, measure));
        return point !== null && Number.isFinite(at) && <circle key={s.run} data-screen className={`dot-at series-${String(s.slot)}`} cx={x.place(point.epoch)} cy={at} r={2.5} />;
      })}
    </svg>
  );
}
