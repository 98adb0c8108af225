import type { MessageKey } from '../i18n/catalogue.ts';
import type { AppStore } from '../../state/store.ts';

/** What an action may use. */
export interface ActionContext {
  readonly store: AppStore;
  readonly toggleTheme: () => void;
  readonly toggleLanguage: () => void;
  readonly showHelp: () => void;
}

/** One thing a user can do; the registry feeds shortcuts and the help sheet. */
export interface UserAction {
  readonly name: string;
  readonly label: MessageKey;
  /** Key as in `KeyboardEvent.key`; never active while typing. */
  readonly key: string;
  readonly perform: (context: ActionContext) => void;
}

const click = (id: string): void => { document.getElementById(id)?.click(); };

/** Every action with a shortcut. */
export const userActions: readonly UserAction[] = [
  { name: 'add-images', label: 'drop.add', key: 'i', perform: () => { click('add-images'); } },
  { name: 'add-text', label: 'drop.text', key: 't', perform: () => { document.getElementById('add-text')?.focus(); } },
  { name: 'copy-link', label: 'link.copy', key: 'l', perform: () => { click('copy-link'); } },
  { name: 'undo', label: 'probes.undo', key: 'z', perform: ({ store }) => { store.actions.undo(); } },
  { name: 'theme', label: 'app.action.theme', key: 'd', perform: ({ toggleTheme }) => { toggleTheme(); } },
  { name: 'language', label: 'app.action.language', key: 'j', perform: ({ toggleLanguage }) => { toggleLanguage(); } },
  { name: 'help', label: 'app.shortcuts', key: '?', perform: ({ showHelp }) => { showHelp(); } },
];

/** The action a key press means, or undefined: modified keys and typing are never taken. */
export function actionOf(event: KeyboardEvent): UserAction | undefined {
  const target = event.target instanceof Element ? event.target : null;
  const typing = target?.closest('input:not([type=file]), textarea, select, dialog[open]') != null;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  return userActions.find((action) => action.key === event.key);
}
