import { useState } from 'react';
import type { ConceptFacts } from '../../../engine/atlas/protocol.ts';
import type { PackView } from '../../../engine/protocol.ts';
import { useApp } from '../../app-context.ts';
import { copyText } from '../../figures/copy-text.ts';
import { download } from '../../figures/download.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import { useAtlas } from '../atlas/atlas-context.ts';
import { conceptJson } from './concept-json.ts';

interface Props {
  readonly pack: PackView;
  readonly concept: number;
  /** Null until they are measured: then there is nothing to copy. */
  readonly facts: ConceptFacts | null;
}

/** Copies everything that the page shows as JSON; without a clipboard it is saved as a file. */
export function CopyJson({ pack, concept, facts }: Props) {
  const { t } = useMessages(conceptMessages);
  const { samples } = useApp((s) => ({ samples: s.samples }));
  const { atlas, own } = useAtlas((s) => ({ atlas: s.atlas, own: s.ownLabels.get(concept) ?? null }));
  const [says, setSays] = useState<{ readonly concept: number; readonly text: string } | null>(null);
  const copy = async (): Promise<void> => {
    if (facts === null) return;
    const json = conceptJson({ pack, concept, ownLabel: own, atlas: atlas?.status === 'ready' ? atlas.value : null, facts, samples });
    const name = `vlm-explore-concept-${String(concept)}.json`;
    const copied = await copyText(json);
    if (!copied) download(name, new Blob([json], { type: 'application/json' }));
    setSays({ concept, text: copied ? t('json.copied') : t('json.saved', { name }) });
  };
  return (
    <span className="concept-json">
      <button type="button" disabled={facts === null} onClick={() => void copy()}>{t('json.copy')}</button>
      <span role="status" className="note">{says?.concept === concept && says.text}</span>
    </span>
  );
}
