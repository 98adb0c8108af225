import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { AppStore } from '../state/store.ts';
import { actionOf, userActions } from './actions/registry.ts';
import { ATLAS_VIEWS } from '../core/permalink/route.ts';
import { AppContext } from './app-context.ts';
import { AboutView } from './features/about/AboutView.tsx';
import { ProbeView } from './features/probe/ProbeView.tsx';
import { Header } from './Header.tsx';
import { TextContext, translator } from './i18n/text.ts';
import { applySettings, loadSettings, nextTheme, type Settings } from './settings.ts';
import { StatusBar } from './StatusBar.tsx';
import { useTitle } from './useTitle.ts';

/** The lab and all that it needs load when it is first opened. */
const LabPage = lazy(async () => ({ default: (await import('./features/lab/LabPage.tsx')).LabPage }));

/** The user's own packs, dictionaries and data. */
const PacksPage = lazy(async () => ({ default: (await import('./features/packs/PacksPage.tsx')).PacksPage }));

/** Map, concept pages, alignment and bridges, in one piece. */
const AtlasPage = lazy(async () => ({ default: (await import('./features/atlas/AtlasPage.tsx')).AtlasPage }));

/** The frame: header, the view, status bar; language, theme and shortcuts. */
export function App({ store }: { readonly store: AppStore }) {
  const [settings, setSettings] = useState<Settings>(loadSettings);
  const page = useStore(store, (s) => s.page);
  const help = useRef<HTMLDialogElement>(null);
  const text = useMemo(() => ({ language: settings.language, t: translator(settings.language) }), [settings.language]);
  useEffect(() => { applySettings(settings); }, [settings]);
  useTitle(store, text.t, text.language);

  const toggleTheme = (): void => { setSettings((s) => ({ ...s, theme: nextTheme(s.theme) })); };
  const toggleLanguage = (): void => { setSettings((s) => ({ ...s, language: s.language === 'en' ? 'ja' : 'en' })); };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const action = actionOf(event);
      if (action === undefined) return;
      event.preventDefault();
      action.perform({ store, toggleTheme, toggleLanguage, showHelp: () => help.current?.showModal() });
    };
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, [store]);

  return (
    <AppContext value={store}>
      <TextContext value={text}>
        <a className="skip" href="#view" onClick={(event) => { event.preventDefault(); document.getElementById('view')?.focus(); }}>
          {text.t('app.skip')}
        </a>
        <Header
          theme={settings.theme}
          onTheme={toggleTheme}
          onLanguage={toggleLanguage}
          onHelp={() => help.current?.showModal()}
        />
        {page === 'probe' && <ProbeView />}
        {ATLAS_VIEWS.includes(page) && <Suspense fallback={<main id="view" tabIndex={-1} aria-busy="true" />}><AtlasPage open={() => store.actions.atlas()} /></Suspense>}
        {page === 'lab' && <Suspense fallback={<main id="view" tabIndex={-1} aria-busy="true" />}><LabPage open={() => store.actions.lab()} /></Suspense>}
        {page === 'packs' && <Suspense fallback={<main id="view" tabIndex={-1} aria-busy="true" />}><PacksPage open={() => store.actions.packs()} /></Suspense>}
        {page === 'about' && <AboutView />}
        <StatusBar />
        <dialog ref={help} className="sheet" aria-labelledby="help-title">
          <h2 id="help-title">{text.t('app.shortcuts')}</h2>
          <dl className="keys">
            {userActions.map((a) => <div key={a.name}><dt><kbd>{a.key}</kbd></dt><dd>{text.t(a.label)}</dd></div>)}
          </dl>
          <form method="dialog"><button type="submit">{text.t('app.close')}</button></form>
        </dialog>
      </TextContext>
    </AppContext>
  );
}
