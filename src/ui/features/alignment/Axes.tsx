import type { PlotArea } from '../../plots/alignment/area.ts';
import type { Axis } from '../../plots/axis.ts';

interface Props {
  readonly plot: PlotArea;
  readonly x: Axis | null;
  readonly y: Axis;
  readonly xName: string;
  readonly yName: string;
}

/** Axes of a plot: hairlines, ticks, names; the vertical one's name stands above it. */
export function Axes({ plot, x, y, xName, yName }: Props) {
  return (
    <g>
      {y.ticks.map(({ at, text }) => (
        <g key={text}>
          <line className="hairline" x1={plot.left} x2={plot.right} y1={at} y2={at} />
          <text className="tick tick-y" x={plot.left - 6} y={at + 3.5}>{text}</text>
        </g>
      ))}
      <line className="axis" x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} />
      {x?.ticks.map(({ at, text }) => (
        <g key={text}>
          <line className="axis" x1={at} x2={at} y1={plot.bottom} y2={plot.bottom + 4} />
          <text className="tick tick-x" x={at} y={plot.bottom + 15}>{text}</text>
        </g>
      ))}
      <text className="axis-name" x={0} y={plot.top - 12}>{yName}</text>
      <text className="axis-name side" x={plot.right} y={plot.bottom + 30}>{xName}</text>
    </g>
  );
}
