import type { Stability } from '../../../../engine/lab/protocol.ts';
import type { Axis } from '../../../plots/axis.ts';
import { significant } from '../../../plots/format.ts';
import { stabilityPlot, type StabilityPlot } from '../../../plots/stability.ts';
import { useLabText } from '../lab-text.ts';
import { useWidth } from '../useWidth.ts';

const HEIGHT = 260;
const GAP = 16;
/** From this width on the two panels stand side by side. */
const BESIDE = 680;

/** Per-concept stability against energy, and the mean of the strongest m; both over what random dictionaries reach. */
export function StabilityPanels({ report }: { readonly report: Stability }) {
  const { t } = useLabText();
  const { ref, width } = useWidth(1040);
  const panel = width >= BESIDE ? Math.floor((width - GAP) / 2) : width;
  const of = stabilityPlot(report, panel, HEIGHT);
  const { scatter, dead, curve } = of;
  return (
    <div ref={ref} className="stability-panels" style={{ gap: GAP }}>
      <svg data-figure width={panel} height={HEIGHT} role="img" aria-label={t('stability.scatter.aria', { n: report.perConcept.length, mean: significant(of.mean.value), random: significant(report.random.mean) })}>
        <Frame of={of} x={scatter.x} title={t('stability.scatter')} name={t('stability.energy')} height={HEIGHT} />
        <path className="dots" d={scatter.points} />
        {dead.count > 0 && (
          <>
            <path className="dots dead" d={dead.points} />
            <text className="tick tick-x" x={dead.x} y={of.plot.bottom + 16}>0</text>
          </>
        )}
        <Null of={of} />
        {Number.isFinite(of.mean.y) && (
          <>
            <line className="mean-line" x1={of.plot.left} x2={of.plot.right} y1={of.mean.y} y2={of.mean.y} />
            <text className="on-plot mean-name" x={of.plot.left + 4} y={of.mean.y - 4}>{t('stability.mean', { value: significant(of.mean.value) })}</text>
          </>
        )}
      </svg>
      <svg data-figure width={panel} height={HEIGHT} role="img" aria-label={t('stability.curve.aria', { list: report.curve.map((p) => `${String(p.top)}: ${significant(p.stability)}`).join(', ') })}>
        <Frame of={of} x={curve.x} title={t('stability.curve')} name={t('stability.top')} height={HEIGHT} />
        <Null of={of} />
        <path className="mean-curve" d={curve.path} />
        {curve.end !== null && <text className="on-plot mean-name end" x={curve.end.x - 4} y={curve.end.y - 11}>{significant(report.curve.at(-1)?.stability ?? Number.NaN)}</text>}
      </svg>
    </div>
  );
}

interface FrameProps {
  readonly of: StabilityPlot;
  readonly x: Axis;
  readonly title: string;
  readonly name: string;
  readonly height: number;
}

function Frame({ of: { y, plot }, x, title, name, height }: FrameProps) {
  return (
    <>
      <text className="panel-title" x={0} y={12}>{title}</text>
      {y.ticks.map((tick) => (
        <g key={tick.text}>
          <line className="hairline" x1={plot.left} x2={plot.right} y1={tick.at} y2={tick.at} />
          <text className="tick tick-y" x={plot.left - 6} y={tick.at + 3.5}>{tick.text}</text>
        </g>
      ))}
      <line className="axis" x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} />
      {x.ticks.map((tick) => <text key={tick.text} className="tick tick-x" x={tick.at} y={plot.bottom + 16}>{tick.text}</text>)}
      <text className="axis-name axis-name-x" x={plot.right} y={height - 4}>{name}</text>
    </>
  );
}

/** What chance reaches: from the mean to the 99 % quantile of random dictionaries. */
function Null({ of: { plot, band } }: { readonly of: StabilityPlot }) {
  const { t } = useLabText();
  return Number.isFinite(band.top) && Number.isFinite(band.bottom) ? (
    <>
      <rect className="null-band" x={plot.left} width={plot.right - plot.left} y={Math.min(band.top, band.bottom)} height={Math.max(1, Math.abs(band.bottom - band.top))} />
      <text className="on-plot null-name" x={plot.right - 4} y={Math.max(band.top, band.bottom) + 13}>{t('stability.random')}</text>
    </>
  ) : null;
}
