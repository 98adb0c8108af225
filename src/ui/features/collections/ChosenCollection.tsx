import { useState } from 'react';
import { MAX_NOTE } from '../../../state/atlas/collections.ts';
import type { Collection } from '../../../state/atlas/model.ts';
import { useApp } from '../../app-context.ts';
import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { useAtlasActions } from '../atlas/atlas-context.ts';
import { ConceptName } from '../atlas/ConceptName.tsx';
import { EditableText } from '../lab/runs/EditableText.tsx';
import { useHref } from '../atlas/useHref.ts';
import { CopySetLink } from './CopySetLink.tsx';
import { StarButton } from './StarButton.tsx';

/** Items that are shown at first, and more with each press. */
const STEP = 100;

/** The chosen collection: its name, the ways to show and share it, and its concepts with their notes. */
export function ChosenCollection({ collection: { id, name, items } }: { readonly collection: Collection }) {
  const { t } = useMessages(collectionsMessages);
  const actions = useAtlasActions();
  const href = useHref();
  const { c } = useApp((s) => ({ c: s.pack?.c ?? 0 }));
  const [limit, setLimit] = useState(STEP);
  // The storage may hold numbers that the pack does not have.
  const there = items.filter(({ concept }) => concept < c);
  const shown = there.slice(0, limit);
  const address = href('map', { layer: 'concepts', selection: there.map(({ concept }) => concept).sort((a, b) => a - b), camera: null, focus: null });
  return (
    <div className="collections-chosen">
      <div className="collections-row">
        <EditableText label={t('rename')} value={name} placeholder={t('rename')} onCommit={(text) => { actions.renameCollection(id, text); }} />
        <button type="button" className="quiet" aria-label={t('remove', { name })} onClick={() => { actions.removeCollection(id); }}>{t('remove.short')}</button>
      </div>
      {there.length === 0 ? <p className="collections-empty">{t('empty.items', { name })}</p> : (
        <>
          <div className="collections-row">
            <a className="button" href={address}>{t('map')}</a>
            <CopySetLink hash={address} />
          </div>
          <p className="note" role="status">{t('showing', { n: count(shown.length), m: count(there.length) })}</p>
          <ul role="list" className="collections-items">
            {shown.map(({ concept, note }) => (
              <li key={concept}>
                <StarButton concept={concept} />
                <ConceptName concept={concept} />
                <textarea rows={1} aria-label={t('note', { n: concept })} placeholder={t('note.placeholder')} value={note} maxLength={MAX_NOTE} onChange={(event) => { actions.note(concept, event.target.value); }} />
              </li>
            ))}
          </ul>
          {shown.length < there.length && <button type="button" onClick={() => { setLimit(limit + STEP); }}>{t('more', { n: count(Math.min(STEP, there.length - shown.length)) })}</button>}
        </>
      )}
    </div>
  );
}
