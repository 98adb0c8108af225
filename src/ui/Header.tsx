import { useActions, useApp } from './app-context.ts';
import { useText } from './i18n/text.ts';
import type { Theme } from './settings.ts';

interface Props {
  readonly theme: Theme;
  readonly onTheme: () => void;
  readonly onLanguage: () => void;
  readonly onHelp: () => void;
}

/** One line: name, views, settings. */
export function Header({ theme, onTheme, onLanguage, onHelp }: Props) {
  const { t, language } = useText();
  const actions = useActions();
  // Read again whenever what it carries changes, so that the way back leads to the probes on the page.
  const { page } = useApp((s) => ({ page: s.page, probes: s.probes, view: s.view, atlas: s.atlas, similarities: s.similarities }));
  return (
    <header className="top">
      <h1><span aria-hidden="true" className="logo" />{t('app.name')}</h1>
      <nav aria-label={t('app.views')}>
        {(['probe', 'map', 'alignment', 'bridges', 'lab', 'packs', 'about'] as const).map((p) => (
          <a key={p} href={actions.address(p, { open: null, bridge: null })} aria-current={page === p ? 'page' : undefined}>
            {t(`app.${p}`)}
          </a>
        ))}
      </nav>
      <span className="spacer" />
      <button type="button" className="quiet" aria-label={t('app.shortcuts')} title={t('app.shortcuts')} onClick={onHelp}>?</button>
      <button type="button" className="quiet" aria-label={t('app.theme', { theme: t(`app.theme.${theme}`) })} title={t('app.theme', { theme: t(`app.theme.${theme}`) })} onClick={onTheme}>
        <span aria-hidden="true">{theme === 'auto' ? '◐' : theme === 'light' ? '○' : '●'}</span>
      </button>
      <button type="button" className="quiet" lang={language === 'en' ? 'ja' : 'en'} onClick={onLanguage}>{t('app.language')}</button>
    </header>
  );
}
