import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { significant } from '../../plots/format.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { ConceptName } from '../atlas/ConceptName.tsx';

/** The concepts that a search by meaning lights up, strongest first. */
export function LitList() {
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const { lit } = useAtlas((s) => ({ lit: s.lit }));
  if (lit === null) return null;
  const strongest = [...lit.activations].sort(([i, a], [j, b]) => b - a || i - j);
  const most = strongest[0]?.[1] ?? 1;
  return (
    <section className="map-lit" aria-labelledby="map-lit">
      <header className="section-head">
        <h3 id="map-lit">{lit.text === null ? t('lit.picture') : t('lit.title', { text: lit.text })}</h3>
        <span className="spacer" />
        <button type="button" className="quiet" aria-label={t('find.clear')} onClick={() => { actions.clearSearch(); }}>✕</button>
      </header>
      <p className="note">{strongest.length === 0 ? t('lit.none') : t('lit.count', { n: strongest.length })}</p>
      <ol role="list">
        {strongest.map(([concept, activation]) => (
          <li key={concept}>
            <ConceptName concept={concept} />
            <span className="lit-bar" aria-hidden="true"><span style={{ width: `${String((100 * activation) / most)}%` }} /></span>
            <span className="number">{significant(activation)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
