import { useApp } from '../app-context.ts';
import { useText } from '../i18n/text.ts';
import { significant } from '../plots/format.ts';

/** From here on a concept counts as stable, and as half so. */
const STABLE = 0.9;
const PARTLY = 0.7;

/** How well a concept comes back when the dictionary is trained with other seeds; nothing where that was not measured. */
export function StabilityBadge({ concept }: { readonly concept: number }) {
  const { t } = useText();
  const stability = useApp((s) => s.pack?.concepts.stability?.[concept] ?? null);
  if (stability === null) return null;
  const name = t('concept.stability.badge', { value: significant(stability) });
  return <span className="stability" role="img" aria-label={name} title={name}>{stability >= STABLE ? '●' : stability >= PARTLY ? '◐' : '○'}</span>;
}
