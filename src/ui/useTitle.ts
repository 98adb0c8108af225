import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { AppStore } from '../state/store.ts';
import type { Language, Translate } from './i18n/text.ts';
import { conceptLabel, probeName } from './names.ts';

/** A title that makes sense in a tab and when pasted into a chat: the open concept, or the probes. */
export function useTitle(store: AppStore, t: Translate, language: Language): void {
  const title = useStore(store, ({ page, view, atlas, pack, probes, samples, example }) => {
    if (page === 'concept' && atlas.open !== null) return t('concepts.link', { n: atlas.open, label: conceptLabel(pack, atlas.open, language) });
    if (page !== 'probe') return t(`app.${page}`);
    if (view.focus !== null) return t('concepts.link', { n: view.focus, label: conceptLabel(pack, view.focus, language) });
    if (example || probes.length === 0) return '';
    const names = probes.slice(0, 3).map((probe, i) => probeName(probe, i, samples, language, t));
    return names.join(', ') + (probes.length > names.length ? ' …' : '');
  });
  useEffect(() => {
    document.title = title === '' ? t('app.name') : `${title} – ${t('app.name')}`;
  }, [title, t]);
}
