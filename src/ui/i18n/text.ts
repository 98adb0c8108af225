import { createContext, useContext, useMemo } from 'react';
import { catalogue, type MessageKey } from './catalogue.ts';

/** Languages of the catalogue. */
export type Language = 'en' | 'ja';

/** Messages by key, in every language; views that load late bring their own. */
type Messages<K extends string> = Readonly<Record<K, Readonly<Record<Language, string>>>>;

/** Fills `{name}` in a message with its parameters. */
export type TranslateKeys<K extends string> = (key: K, params?: Readonly<Record<string, string | number>>) => string;
export type Translate = TranslateKeys<MessageKey>;

/** Translator of `messages` for one language; an unknown parameter stays visible as `{name}`. */
export function translatorOf<K extends string>(messages: Messages<K>, language: Language): TranslateKeys<K> {
  return (key, params = {}) =>
    messages[key][language].replace(/\{(\w+)\}/gu, (whole, name: string) => String(params[name] ?? whole));
}

/** Translator of the page's own messages. */
export function translator(language: Language): Translate {
  return translatorOf(catalogue, language);
}

/** Message key built from a part that comes from data; `fallback` when the catalogue does not know it. */
export function messageKey(candidate: string, fallback: MessageKey): MessageKey {
  return Object.hasOwn(catalogue, candidate) ? (candidate as MessageKey) : fallback;
}

/** Language and translator of the page. */
export const TextContext = createContext<{ language: Language; t: Translate }>({ language: 'en', t: translator('en') });

/** Translator of the current language. */
export function useText(): { language: Language; t: Translate } {
  return useContext(TextContext);
}

/** Language of the page and a translator of a view's own messages, which load with it. */
export function useMessages<K extends string>(messages: Messages<K>): { readonly language: Language; readonly t: TranslateKeys<K> } {
  const { language } = useText();
  return useMemo(() => ({ language, t: translatorOf(messages, language) }), [messages, language]);
}
