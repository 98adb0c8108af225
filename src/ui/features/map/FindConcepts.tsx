import { useDeferredValue, useEffect, useId, useMemo, useState } from 'react';
import { useApp } from '../../app-context.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { findConcepts, type FoundConcepts } from '../../plots/map/find-concepts.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { useHref } from '../atlas/useHref.ts';

/** Results that are listed. */
const LISTED = 12;
/** Milliseconds without a key before the words are in the link. */
const SETTLED = 300;

interface Props {
  readonly found: FoundConcepts;
  /** What is in the box; the words of the link follow. */
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** Goes to a concept on the map. */
  readonly onGo: (concept: number) => void;
}

/** The concepts that a query finds by number and label, and the query as it is typed. */
export function useFound(): { readonly found: FoundConcepts; readonly query: string; readonly setQuery: (query: string) => void } {
  const { pack } = useApp((s) => ({ pack: s.pack }));
  const actions = useAtlasActions();
  const { ownLabels, linked } = useAtlas((s) => ({ ownLabels: s.ownLabels, linked: s.view.query }));
  const [typed, setTyped] = useState({ query: linked, linked });
  // A link, Back or Forward brings other words.
  const query = typed.linked === linked || typed.query === linked ? typed.query : linked;
  useEffect(() => {
    if (query === linked) return undefined;
    const timer = setTimeout(() => { actions.setView({ query }); }, SETTLED);
    return () => { clearTimeout(timer); };
  }, [query, linked, actions]);
  const labels = useMemo(() => {
    const { label = [], labelJa = [] } = pack?.concepts ?? {};
    return label.map((english, i) => [ownLabels.get(i), english, labelJa[i]].filter((text) => text != null));
  }, [pack, ownLabels]);
  const asked = useDeferredValue(query);
  const found = useMemo(() => findConcepts(asked, { labels }), [asked, labels]);
  return { found, query, setQuery: (text) => { setTyped({ query: text, linked }); } };
}

/** A press on a result must not take the focus from the box, which would close the list before the click. */
const keepFocus = (event: React.PointerEvent): void => { event.preventDefault(); };

/** The search of the map: by label or number as one types, by meaning on request. */
export function FindConcepts({ found, query, onQuery, onGo }: Props) {
  const { t: page } = useText();
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const name = useConceptName();
  const href = useHref();
  const { searching, searchError, lit } = useAtlas((s) => ({ searching: s.searching, searchError: s.searchError, lit: s.lit !== null }));
  const id = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const listed = found.concepts.slice(0, LISTED);
  const at = Math.min(active, listed.length - 1);
  const words = query.trim();

  const go = (concept: number, page: boolean): void => {
    setOpen(false);
    if (page) location.hash = href('concept', { open: concept });
    else onGo(concept);
  };
  const byMeaning = (): void => {
    setOpen(false);
    if (words !== '') void actions.searchByText(words);
  };
  const clear = (): void => {
    onQuery('');
    setOpen(false);
    actions.clearSearch();
  };
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive(listed.length === 0 ? -1 : (at + step + listed.length + (at === -1 && step === -1 ? 1 : 0)) % listed.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const concept = listed[Math.max(0, at)];
      if (concept === undefined) byMeaning();
      else go(concept, event.ctrlKey || event.metaKey || event.shiftKey);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      setOpen(false);
    }
  };
  const shown = open && words !== '';
  return (
    <div className="map-find">
      <input
        type="search" role="combobox" aria-label={t('find.label')} aria-autocomplete="list" aria-expanded={shown && listed.length > 0} aria-controls={`${id}list`}
        {...(shown && at >= 0 ? { 'aria-activedescendant': `${id}${String(listed[at])}` } : {})} autoComplete="off" spellCheck={false} placeholder={t('find.placeholder')} value={query}
        onChange={(event) => { onQuery(event.target.value); setOpen(true); setActive(-1); }} onKeyDown={onKey} onFocus={() => { setOpen(true); }} onBlur={() => { setOpen(false); }}
      />
      <button type="button" disabled={words === '' || searching} onClick={byMeaning}>{t('find.meaning')}</button>
      <Info about={t('find.meaning')}>{t('find.meaning.help')}</Info>
      {(words !== '' || lit) && <button type="button" className="quiet" aria-label={t('find.clear')} onClick={clear}>✕</button>}
      <div className="map-found" hidden={!shown}>
        <div id={`${id}list`} role="listbox" aria-label={t('find.results')}>
          {listed.map((concept, n) => (
            <button key={concept} id={`${id}${String(concept)}`} type="button" role="option" aria-selected={n === at} tabIndex={-1} onPointerDown={keepFocus} onClick={(event) => { go(concept, event.ctrlKey || event.metaKey || event.shiftKey); }}>
              <span className="concept-label">{name(concept)}</span> <span className="concept-number">{concept}</span>
            </button>
          ))}
        </div>
        <p className="note" role="status">{!shown ? '' : listed.length === 0 ? t('find.none') : t('find.showing', { n: listed.length, m: count(found.concepts.length) })}</p>
      </div>
      <p className="map-find-says note" role="status">{searching ? t('find.searching') : searchError === null ? '' : t('find.failed', { reason: searchError.message })}</p>
      {searchError !== null && <button type="button" className="visually-hidden" onClick={() => { actions.clearSearch(); }}>{page('error.dismiss')}</button>}
    </div>
  );
}
