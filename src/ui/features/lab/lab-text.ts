import { useMemo } from 'react';
import { labMessages, type LabMessageKey } from '../../i18n/lab.ts';
import { translatorOf, useText, type Language, type TranslateKeys } from '../../i18n/text.ts';

/** Translator of the lab's own messages, which come with the view. */
export type LabTranslate = TranslateKeys<LabMessageKey>;

/** Language of the page and the lab's translator for it. */
export function useLabText(): { language: Language; t: LabTranslate } {
  const { language } = useText();
  const t = useMemo(() => translatorOf(labMessages, language), [language]);
  return { language, t };
}

/** How many passes over the data a step is, as the curves count them. */
export function epochText(step: number, steps: number, epochs: number): string {
  return (steps === 0 ? 0 : (step / steps) * epochs).toFixed(1);
}
