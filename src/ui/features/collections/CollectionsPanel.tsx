import { chosenCollection } from '../../../state/atlas/collections.ts';
import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages } from '../../i18n/text.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { ChosenCollection } from './ChosenCollection.tsx';
import { CollectionChoice } from './CollectionChoice.tsx';
import { CollectionFiles } from './CollectionFiles.tsx';
import { OtherPacks } from './OtherPacks.tsx';

/** The named sets of starred concepts: to choose, change, show on the map, share, save and read back. */
export function CollectionsPanel() {
  const { t } = useMessages(collectionsMessages);
  const actions = useAtlasActions();
  const { chosen, undoable } = useAtlas((s) => ({ chosen: chosenCollection(s), undoable: s.undoable }));
  return (
    <section aria-label={t('title')}>
      <CollectionFiles>
        <CollectionChoice chosen={chosen} />
        {chosen === null ? <p className="collections-empty">{t('empty')}</p> : <ChosenCollection key={chosen.id} collection={chosen} />}
        <p role="status" className="collections-undo">
          {undoable !== null && <>{t('removed', { what: undoable.what })} <button type="button" onClick={() => { actions.undo(); }}>{t('undo')}</button></>}
        </p>
        <OtherPacks />
      </CollectionFiles>
    </section>
  );
}
