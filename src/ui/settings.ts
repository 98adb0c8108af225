import type { Language } from './i18n/text.ts';

/** Themes in the order the toggle walks them. */
const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What a person set for this page; kept in the browser, never in a link. */
export interface Settings {
  readonly theme: Theme;
  readonly language: Language;
}

const KEY = 'vlm-explore.settings';

/** Stored settings; the browser's language and the system's theme where nothing valid is stored. */
export function loadSettings(): Settings {
  const fallback: Settings = { theme: 'auto', language: navigator.language.startsWith('ja') ? 'ja' : 'en' };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const { theme, language } = stored as Partial<Record<keyof Settings, unknown>>;
    return {
      theme: THEMES.find((t) => t === theme) ?? fallback.theme,
      language: language === 'ja' || language === 'en' ? language : fallback.language,
    };
  } catch {
    // Storage can be switched off or hold something else: the defaults serve.
    return fallback;
  }
}

/** Keeps the settings and shows them on the document. */
export function applySettings(settings: Settings): void {
  document.documentElement.lang = settings.language;
  if (settings.theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = settings.theme;
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Not kept, then; the page works the same.
  }
}

/** The theme after this one. */
export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
}
