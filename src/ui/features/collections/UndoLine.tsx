import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages } from '../../i18n/text.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';

/** What was just taken out of a collection, with a way to put it back; and whether the browser keeps collections at all. */
export function UndoLine() {
  const { t } = useMessages(collectionsMessages);
  const actions = useAtlasActions();
  const { undoable, unkept } = useAtlas((s) => ({ undoable: s.undoable, unkept: s.unkept }));
  return (
    <p role="status" className="collections-undo">
      {undoable !== null && <>{t('removed', { what: undoable.what })} <button type="button" onClick={() => { actions.undo(); }}>{t('undo')}</button> </>}
      {unkept && t('unkept')}
    </p>
  );
}
