import { useEffect } from 'react';
import type { PackView } from '../../../engine/protocol.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import { useHref } from '../atlas/useHref.ts';

/** Elements that a key belongs to. */
const TAKEN = 'input, textarea, select, dialog[open]';

/** Previous, next and a random concept; also with [ and ]. Dead ones are stepped through, but not drawn at random. */
export function StepNav({ pack, concept }: { readonly pack: PackView; readonly concept: number }) {
  const { t } = useMessages(conceptMessages);
  const href = useHref();
  const { c, concepts } = pack;
  const previous = href('concept', { open: (concept + c - 1) % c });
  const next = href('concept', { open: (concept + 1) % c });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || (event.target instanceof Element && event.target.closest(TAKEN) !== null)) return;
      if (event.key === '[') location.hash = previous;
      else if (event.key === ']') location.hash = next;
    };
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, [previous, next]);
  const random = (): void => {
    const living = concepts.modality.flatMap((score, i) => (score === null || i === concept ? [] : [i]));
    const drawn = living[Math.floor(Math.random() * living.length)];
    if (drawn !== undefined) location.hash = href('concept', { open: drawn });
  };
  return (
    <nav className="concept-nav" aria-label={t('nav')}>
      <a className="button" href={previous} aria-label={t('nav.previous')} title={`${t('nav.previous')} [`} aria-keyshortcuts="[">←</a>
      <a className="button" href={next} aria-label={t('nav.next')} title={`${t('nav.next')} ]`} aria-keyshortcuts="]">→</a>
      <button type="button" title={t('nav.random.title')} onClick={random}>{t('nav.random')}</button>
    </nav>
  );
}
