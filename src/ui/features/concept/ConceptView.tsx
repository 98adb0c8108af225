import { useEffect, useRef } from 'react';
import { useApp } from '../../app-context.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import '../../styles/concept.css';
import { useAtlas } from '../atlas/atlas-context.ts';
import { useHref } from '../atlas/useHref.ts';
import { ConceptPage } from './ConceptPage.tsx';

/** The page of one concept: the one that the link opens, 0 without. */
export function ConceptView() {
  const { t } = useMessages(conceptMessages);
  const { pack } = useApp((s) => ({ pack: s.pack }));
  const { open } = useAtlas((s) => ({ open: s.view.open ?? 0 }));
  const main = useRef<HTMLElement>(null);
  const shown = useRef(open);
  useEffect(() => {
    if (shown.current === open) return;
    shown.current = open;
    main.current?.scrollTo({ top: 0 });
    // The link that led here may be gone; the keyboard goes on from the page's top.
    if (document.activeElement === document.body) main.current?.focus();
  }, [open]);
  return (
    <main id="view" tabIndex={-1} ref={main} className="concept-view">
      {pack === null ? <p className="making">{t('waiting')}</p> : open < pack.c ? <ConceptPage pack={pack} concept={open} /> : <Beyond c={pack.c} concept={open} />}
    </main>
  );
}

/** A number that no concept of the pack has, and ways back. */
function Beyond({ c, concept }: { readonly c: number; readonly concept: number }) {
  const { t } = useMessages(conceptMessages);
  const href = useHref();
  return (
    <div className="concept-beyond">
      <h2>{t('beyond.title', { n: concept })}</h2>
      <p>{t('beyond', { c, last: c - 1 })}</p>
      <p><a href={href('concept', { open: c - 1 })}>{t('beyond.last', { n: c - 1 })}</a> · <a href={href('map')}>{t('beyond.map')}</a></p>
    </div>
  );
}
