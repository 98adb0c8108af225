import { useEffect, useRef, useState } from 'react';
import type { PackView } from '../../../engine/protocol.ts';
import { download } from '../../figures/download.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages } from '../../i18n/text.ts';
import { conceptLabel } from '../../names.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';

/** Characters of a label that are kept (state/atlas/own-labels.ts). */
const LONGEST = 200;

/** Where the label comes from and how good it is; edited in place, exported as a file. */
export function LabelEditor({ pack, concept }: { readonly pack: PackView; readonly concept: number }) {
  const { t, language } = useMessages(conceptMessages);
  const actions = useAtlasActions();
  const { own, any, undoable } = useAtlas((s) => ({ own: s.ownLabels.get(concept), any: s.ownLabels.size > 0, undoable: s.undoable !== null }));
  const [draft, setDraft] = useState<string | null>(null);
  // What can be undone may also be a collection that was removed elsewhere.
  const [edited, setEdited] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const editing = draft !== null;
  const was = useRef(editing);
  useEffect(() => {
    if (was.current === editing) return;
    was.current = editing;
    if (editing) field.current?.select();
    else button.current?.focus();
  }, [editing]);

  const automatic = conceptLabel(pack, concept, language);
  const score = pack.concepts.labelScore[concept] ?? null;
  const from = pack.concepts.labelFrom[concept] ?? 'none';
  const save = (): void => {
    if (draft === null) return;
    // The automatic label typed again is no label of one's own.
    const label = draft.trim() === automatic ? '' : draft.trim();
    if (label !== (own ?? '')) {
      actions.setLabel(concept, label);
      setEdited(true);
    }
    setDraft(null);
  };
  const saveFile = (): void => { download(`vlm-explore-labels-${pack.id}.json`, new Blob([actions.exportLabels()], { type: 'application/json' })); };
  const made = own !== undefined ? t('label.own', { label: automatic }) : score === null ? t('label.auto.none') : t('label.auto', { score: score.toFixed(2) });
  return (
    <div className="concept-label-line">
      {draft === null ? (
        <>
          <p className="note">{made} <Info about={t('label.about')}>{t(`label.${from}`)} {t('label.help')}</Info></p>
          <button type="button" ref={button} className="quiet" onClick={() => { setDraft(own ?? automatic); }}>{t('label.edit')}</button>
          {edited && undoable && <button type="button" className="quiet" onClick={() => { actions.undo(); setEdited(false); button.current?.focus(); }}>{t('label.undo')}</button>}
          {any && <button type="button" className="quiet" onClick={saveFile}>{t('label.export')}</button>}
        </>
      ) : (
        <form onSubmit={(event) => { event.preventDefault(); save(); }}>
          <input
            ref={field} type="text" aria-label={t('label.field', { n: concept })} maxLength={LONGEST} value={draft} onChange={(event) => { setDraft(event.target.value); }}
            onKeyDown={(event) => { if (event.key === 'Escape' && !event.nativeEvent.isComposing) setDraft(null); }}
          />
          <button type="submit">{t('label.save')}</button>
          <span className="note">{t('label.hint')}</span>
        </form>
      )}
    </div>
  );
}
