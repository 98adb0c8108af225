import { useId, useState } from 'react';
import { MAX_NAME } from '../../../state/atlas/collections.ts';
import type { Collection } from '../../../state/atlas/model.ts';
import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';

/** The collections of the open pack: which one stars go to and is shown, and a field for a new one. */
export function CollectionChoice({ chosen }: { readonly chosen: Collection | null }) {
  const { t } = useMessages(collectionsMessages);
  const id = useId();
  const actions = useAtlasActions();
  const { collections, pack } = useAtlas((s) => ({ collections: s.collections, pack: s.pack }));
  const own = collections.filter((one) => one.pack === pack);
  const [name, setName] = useState('');
  return (
    <div className="collections-choice">
      {own.length > 0 && (
        <fieldset>
          <legend>{t('choose')}</legend>
          {own.map((one) => (
            <label key={one.id}>
              <input type="radio" name={id} checked={one.id === chosen?.id} onChange={() => { actions.chooseCollection(one.id); }} />
              <span className="collections-name">{one.name}</span>
              <span className="note">{count(one.items.length)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <form
        className="collections-new"
        onSubmit={(event) => {
          event.preventDefault();
          actions.addCollection(name);
          setName('');
        }}
      >
        <input type="text" aria-label={t('new.label')} placeholder={t('new.label')} value={name} maxLength={MAX_NAME} onChange={(event) => { setName(event.target.value); }} />
        <button type="submit" disabled={name.trim() === ''}>{t('new.add')}</button>
      </form>
    </div>
  );
}
