import type { ConceptFacts } from '../../../engine/atlas/protocol.ts';
import { useApp } from '../../app-context.ts';
import { Figure } from '../../figures/Figure.tsx';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { activationBars, type ActivationBar } from '../../plots/concept/activation-bars.ts';
import { significant } from '../../plots/format.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { useWidth } from '../lab/useWidth.ts';

const HEIGHT = 220;

interface Props {
  readonly facts: ConceptFacts;
  readonly threshold: number | null;
}

/** Histogram of the concept's pre-activations of images and texts on one axis, θ marked. */
export function ActivationFigure({ facts, threshold }: Props) {
  const { t: page } = useText();
  const { t } = useMessages(conceptMessages);
  const name = useConceptName();
  const { counts } = useApp((s) => ({ counts: s.pack?.counts ?? { images: 0, texts: 0 } }));
  const { ref, width } = useWidth(340);
  const { histogram, concept, images, texts } = facts;
  const { plot, x, middle, ticks, threshold: at, ...bars } = activationBars(histogram, threshold, width, HEIGHT);
  const silent = t('bars.silent', { images: count(histogram.silentImages), ofImages: count(counts.images), texts: count(histogram.silentTexts), ofTexts: count(counts.texts) });
  const drawn = (side: 'images' | 'texts', of: readonly ActivationBar[]): React.ReactNode => (
    <g className={`activation-${side}`}>
      {of.map((bar, b) => bar.height > 0 && <rect key={b} x={bar.x} y={bar.y} width={bar.width} height={bar.height} className={bar.fires || threshold === null ? 'fires' : 'below'} />)}
    </g>
  );
  return (
    <Figure
      id="activations" title={t('bars.title')} formula={t('bars.formula')} look={t('bars.look')}
      data={() => ({
        caption: `${t('bars.caption', { n: concept, label: name(concept), theta: threshold === null ? '–' : significant(threshold) })} ${silent}`,
        columns: [
          { name: 'from', values: histogram.edges.slice(0, -1) },
          { name: 'to', values: histogram.edges.slice(1) },
          { name: 'images', values: histogram.images },
          { name: 'texts', values: histogram.texts },
        ],
      })}
    >
      <div ref={ref} className="concept-plot">
        <svg data-figure width={width} height={HEIGHT} role="img" aria-label={t('bars.aria', { images: images.active, texts: texts.active })}>
          {ticks.map((tick) => (
            <g key={tick.at}>
              <line className="hairline" x1={plot.left} x2={plot.right} y1={tick.at} y2={tick.at} />
              <text className="tick tick-y" x={plot.left - 5} y={tick.at + 3.5}>{tick.text}</text>
            </g>
          ))}
          {drawn('images', bars.images)}
          {drawn('texts', bars.texts)}
          <line className="axis" x1={plot.left} x2={plot.right} y1={middle} y2={middle} />
          {at !== null && (
            <>
              <line className="theta" x1={at} x2={at} y1={plot.top - 8} y2={plot.bottom} />
              <text className="theta-name" x={at + 4} y={plot.top - 1}>θ = {significant(threshold ?? 0)}</text>
            </>
          )}
          <text className="axis-name side" x={plot.right} y={plot.top + 12}>{page('modality.images')} ■</text>
          <text className="axis-name side" x={plot.right} y={plot.bottom - 4}>{page('modality.texts')} ○</text>
          <text className="axis-name" x={0} y={12}>{t('bars.y')}</text>
          {x.ticks.map((tick) => (
            <g key={tick.text}>
              <line className="axis" x1={tick.at} x2={tick.at} y1={plot.bottom} y2={plot.bottom + 4} />
              <text className="tick tick-x" x={tick.at} y={plot.bottom + 16}>{tick.text}</text>
            </g>
          ))}
          <text className="axis-name side" x={plot.right} y={HEIGHT - 4}>{t('bars.x')}</text>
        </svg>
      </div>
      <p className="note">{silent}</p>
    </Figure>
  );
}
