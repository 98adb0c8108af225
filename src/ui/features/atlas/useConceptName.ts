import { useCallback } from 'react';
import { useApp } from '../../app-context.ts';
import { conceptLabel } from '../../names.ts';
import { useText } from '../../i18n/text.ts';
import { useAtlas } from './atlas-context.ts';

/** What a concept is called: the label that the user gave it, else the pack's in the page's language. */
export function useConceptName(): (concept: number) => string {
  const { language } = useText();
  const { pack } = useApp((s) => ({ pack: s.pack }));
  const { ownLabels } = useAtlas((s) => ({ ownLabels: s.ownLabels }));
  return useCallback((concept) => ownLabels.get(concept) ?? conceptLabel(pack, concept, language), [ownLabels, pack, language]);
}
