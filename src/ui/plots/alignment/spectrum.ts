import { line } from 'd3-shape';
import { linearAxis, logAxis, type Axis } from '../axis.ts';
import { spreadLabels } from '../labels.ts';
import { plotArea, type PlotArea } from './area.ts';

/** A cloud's line, with the place of its name. */
export interface SpectrumLine {
  readonly of: 'images' | 'texts';
  readonly path: string;
  readonly endX: number;
  readonly labelY: number;
}

/** Geometry of the singular spectrum of both clouds. */
export interface SpectrumPlot {
  readonly plot: PlotArea;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly SpectrumLine[];
}

/** Values that are this much smaller than the largest are rounding (`cloudSpectrum`), and would only stretch the axis. */
const ROUNDING = 1e-6;

/** Singular values over √n (upwards, logarithmic) by their rank from 1. A cloud without rows has no line. */
export function spectrumPlot(spectrum: Readonly<Record<'images' | 'texts', Float64Array>>, width: number, height: number): SpectrumPlot {
  const plot = plotArea(width, height, { right: 58 });
  const largest = Math.max(0, spectrum.images[0] ?? 0, spectrum.texts[0] ?? 0);
  const kept = { images: spectrum.images.filter((v) => v > largest * ROUNDING), texts: spectrum.texts.filter((v) => v > largest * ROUNDING) };
  const x = linearAxis([1, Math.max(2, kept.images.length, kept.texts.length)], [plot.left, plot.right], { count: 5 });
  const y = logAxis([...kept.images, ...kept.texts], [plot.bottom, plot.top], { count: 4 });
  const lines = (['images', 'texts'] as const).flatMap((of) => {
    const values = kept[of];
    const draw = line<number>().x((_, n) => x.place(n + 1)).y((value) => y.place(value)).digits(1);
    return values.length === 0 ? [] : [{ of, path: draw(values) ?? '', endX: x.place(values.length), endY: y.place(values.at(-1) ?? Number.NaN) }];
  });
  const labels = spreadLabels(lines.map(({ endY }) => endY), 13, plot.top, plot.bottom);
  return { plot, x, y, lines: lines.map(({ of, path, endX }, n) => ({ of, path, endX, labelY: labels[n] ?? 0 })) };
}
