import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';

/** Collections whose numbers belong to another pack, or another version of it: named, but not usable here. */
export function OtherPacks() {
  const { t } = useMessages(collectionsMessages);
  const actions = useAtlasActions();
  const { collections, pack } = useAtlas((s) => ({ collections: s.collections, pack: s.pack }));
  const others = collections.filter((one) => one.pack !== pack);
  if (others.length === 0) return null;
  return (
    <details className="collections-others">
      <summary>{t('others', { n: count(others.length) })}</summary>
      <p className="note">{t('others.says')}</p>
      <ul role="list">
        {others.map(({ id, name, items, pack: of }) => (
          <li key={id}>
            <span>{name} <span className="note">{t('others.of', { n: count(items.length), pack: of })}</span></span>
            <button type="button" className="quiet" aria-label={t('remove', { name })} onClick={() => { actions.removeCollection(id); }}>{t('remove.short')}</button>
          </li>
        ))}
      </ul>
    </details>
  );
}
