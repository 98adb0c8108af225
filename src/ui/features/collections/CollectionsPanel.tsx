import { chosenCollection } from '../../../state/atlas/collections.ts';
import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages } from '../../i18n/text.ts';
import { useAtlas } from '../atlas/atlas-context.ts';
import { ChosenCollection } from './ChosenCollection.tsx';
import { CollectionChoice } from './CollectionChoice.tsx';
import { CollectionFiles } from './CollectionFiles.tsx';
import { OtherPacks } from './OtherPacks.tsx';
import { UndoLine } from './UndoLine.tsx';

/** The named sets of starred concepts: to choose, change, show on the map, share, save and read back. */
export function CollectionsPanel() {
  const { t } = useMessages(collectionsMessages);
  const { chosen } = useAtlas((s) => ({ chosen: chosenCollection(s) }));
  return (
    <section aria-label={t('title')}>
      <CollectionFiles>
        <CollectionChoice chosen={chosen} />
        {chosen === null ? <p className="collections-empty">{t('empty')}</p> : <ChosenCollection key={chosen.id} collection={chosen} />}
        <UndoLine />
        <OtherPacks />
      </CollectionFiles>
    </section>
  );
}
