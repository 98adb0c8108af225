import type { PairExplanation } from '../../../core/pair.ts';
import { useText } from '../../i18n/text.ts';
import { signedBars } from '../../plots/contributions.ts';
import { cosineText, sumTexts } from '../../plots/format.ts';

/** Below this cosine two probes do not match in any sense worth explaining. */
const APART = 0.1;

/** The three parts that add up to the cosine: concept pairs, what everything shares, what is not explained. */
export function MatchSum({ explanation }: { readonly explanation: PairExplanation }) {
  const { t } = useText();
  const { similarity, reconstructed, bias, residual } = explanation;
  const known = Number.isFinite(similarity);
  const parts = [
    { key: 'concepts' as const, value: reconstructed - bias },
    { key: 'bias' as const, value: bias },
    ...(known ? [{ key: 'residual' as const, value: residual }] : []),
  ];
  const texts = sumTexts({ similarity, concepts: reconstructed - bias, bias });
  const { zero, bars } = signedBars(parts.map((p) => p.value), 100);
  return (
    <div className="match-sum">
      <p>
        {known
          ? t('why.sum', texts)
          : t('why.unknown', { reconstructed: cosineText(reconstructed), bias: cosineText(bias) })}
      </p>
      {similarity < APART && <p className="note">{t('why.apart')}</p>}
      <dl>
        {parts.map(({ key }, i) => (
          <div key={key}>
            <dt>{t(`why.${key}`)}</dt>
            <dd>
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect x={bars[i]?.x ?? 0} width={bars[i]?.width ?? 0} y={1} height={8} className={`part-${key}`} />
                <line x1={zero} x2={zero} y1={0} y2={10} className="axis" />
              </svg>
              <span>{texts[key]}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
