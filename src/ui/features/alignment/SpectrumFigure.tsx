import type { Atlas } from '../../../engine/atlas/protocol.ts';
import { Figure } from '../../figures/Figure.tsx';
import { alignmentMessages } from '../../i18n/alignment.ts';
import { useMessages } from '../../i18n/text.ts';
import { spectrumPlot } from '../../plots/alignment/spectrum.ts';
import { useWidth } from '../lab/useWidth.ts';
import { Axes } from './Axes.tsx';

const HEIGHT = 300;

/** Singular values of the two clouds. */
export function SpectrumFigure({ spectrum }: { readonly spectrum: Atlas['spectrum'] }) {
  const { t } = useMessages(alignmentMessages);
  const { ref, width } = useWidth(560);
  const { plot, x, y, lines } = spectrumPlot(spectrum, width, HEIGHT);
  const rank = Array.from({ length: Math.max(spectrum.images.length, spectrum.texts.length) }, (_, n) => n + 1);
  return (
    <Figure
      id="spectrum" title={t('spectrum.title')} formula={t('spectrum.formula')} look={t('spectrum.look')} paper={t('spectrum.paper')}
      data={() => ({
        caption: `${t('spectrum.formula')} ${t('spectrum.none')}`,
        columns: [{ name: 'rank', values: rank }, { name: 'images', values: rank.map((r) => spectrum.images[r - 1] ?? null) }, { name: 'texts', values: rank.map((r) => spectrum.texts[r - 1] ?? null) }],
      })}
    >
      <div ref={ref} className="alignment-plot">
        <svg data-figure width={width} height={HEIGHT} viewBox={`0 0 ${String(width)} ${String(HEIGHT)}`} role="img" aria-label={`${t('spectrum.title')}. ${t('spectrum.formula')}`}>
          <Axes plot={plot} x={x} y={y} xName={t('axis.rank')} yName={t('axis.singular')} />
          {lines.map(({ of, path, endX, labelY }) => (
            <g key={of} className={`cloud-${of}`}>
              <path className="curve" d={path} />
              <text className="curve-name" x={Math.min(endX + 6, width - 50)} y={labelY + 4}>{t(`cumulative.${of}`)}</text>
            </g>
          ))}
        </svg>
      </div>
    </Figure>
  );
}
