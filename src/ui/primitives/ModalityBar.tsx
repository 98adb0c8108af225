import { modalityColour, modalitySide } from '../plots/modality.ts';
import { useText } from '../i18n/text.ts';

const HALF = 18;

/** Tiny diverging bar of a modality score: to the right for pictures, to the left for texts. Undefined stays empty. */
export function ModalityBar({ score }: { readonly score: number | null }) {
  const { t } = useText();
  const side = modalitySide(score);
  const short = side === 'images' ? t('modality.img') : side === 'texts' ? t('modality.txt') : t('modality.both');
  const label =
    score === null
      ? t('concept.dead')
      : t('modality.aria', { value: score.toFixed(2), side: side === 'both' ? t('modality.both') : t(`modality.${side}`) });
  const reach = score === null ? 0 : (score - 0.5) * 2 * HALF;
  return (
    <span className="modality" role="img" aria-label={label} title={label}>
      <svg width={HALF * 2} height={10} aria-hidden="true">
        <line x1={0} x2={HALF * 2} y1={5} y2={5} className="hairline" />
        <rect x={HALF + Math.min(0, reach)} y={1} width={Math.abs(reach)} height={8} fill={modalityColour(score)} />
        <line x1={HALF} x2={HALF} y1={0} y2={10} className="axis" />
      </svg>
      <span className="modality-side" aria-hidden="true">{score === null ? '–' : short}</span>
    </span>
  );
}
