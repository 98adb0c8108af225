import { chosenCollection } from '../../../state/atlas/collections.ts';
import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages } from '../../i18n/text.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import '../../styles/collections.css';

/** Puts a concept into the chosen collection, or takes it out. */
export function StarButton({ concept }: { readonly concept: number }) {
  const { t } = useMessages(collectionsMessages);
  const actions = useAtlasActions();
  const { chosen } = useAtlas((s) => ({ chosen: chosenCollection(s) }));
  const starred = chosen?.items.some((item) => item.concept === concept) ?? false;
  const name = t(starred ? 'star.remove' : 'star.add', { n: concept });
  return (
    <button type="button" className="star-button" aria-pressed={starred} aria-label={name} title={chosen === null ? name : t('star.title', { name, collection: chosen.name })} onClick={() => { actions[starred ? 'unstar' : 'star'](concept); }}>
      <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
        <path d="M10 2.2l2.4 4.9 5.4.8-3.9 3.8.9 5.4-4.8-2.6-4.8 2.6.9-5.4-3.9-3.8 5.4-.8z" />
      </svg>
    </button>
  );
}
