import { createContext, useContext } from 'react';
import { catalogue, type MessageKey } from './catalogue.ts';

/** Languages of the catalogue. */
export type Language = 'en' | 'ja';

/** Fills `{name}` in a message with its parameters. */
export type Translate = (key: MessageKey, params?: Readonly<Record<string, string | number>>) => string;

/** Translator for one language; an unknown parameter stays visible as `{name}`. */
export function translator(language: Language): Translate {
  return (key, params = {}) =>
    catalogue[key][language].replace(/\{(\w+)\}/gu, (whole, name: string) => String(params[name] ?? whole));
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
