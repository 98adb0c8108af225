import type { ConceptFacts } from '../../../engine/atlas/protocol.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { ownBridges } from '../../plots/concept/bridge-lists.ts';
import { cosineText, significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas } from '../atlas/atlas-context.ts';
import { ConceptName } from '../atlas/ConceptName.tsx';
import { useHref } from '../atlas/useHref.ts';

/** The concept's bridges, strongest first, each with the way to its own page. */
export function ConceptBridges({ facts }: { readonly facts: ConceptFacts }) {
  const { t: page } = useText();
  const { t } = useMessages(conceptMessages);
  const href = useHref();
  const { unpaired } = useAtlas((s) => ({ unpaired: s.atlas?.status === 'ready' && s.atlas.value.bridge === null }));
  const bridges = ownBridges(facts.concept, facts.bridges);
  return (
    <section className="concept-section" aria-labelledby="concept-bridges">
      <header className="section-head">
        <h3 id="concept-bridges">{t('bridges.title')}</h3>
        <Info about={t('bridges.title')}>{t('bridges.help')}</Info>
        {bridges.length > 0 && <span className="note">{t('bridges.says', { n: bridges.length })}</span>}
      </header>
      {bridges.length === 0 ? <p className="note">{t(unpaired ? 'bridges.unpaired' : 'bridges.none')}</p> : (
        <table className="concept-bridges">
          <thead>
            <tr>
              <th scope="col">{t('bridges.column.other')}</th><th scope="col">{t('bridges.column.side')}</th>
              <th scope="col" className="number">{t('bridges.column.cosine')}</th><th scope="col" className="number">{t('bridges.column.excess')}</th>
            </tr>
          </thead>
          <tbody>
            {bridges.map(({ i, j, other, side, excess, cosine }, n) => (
              <tr key={`${String(i)}-${String(j)}`}>
                <th scope="row"><ConceptName concept={other} />{n === 0 && <span className="concept-best">{t('bridges.best')}</span>}</th>
                <td><span className={side === 'images' ? 'mark-image' : 'mark-text'} aria-hidden="true" /> <span className="side-name">{page(`modality.${side}`)}</span></td>
                <td className="number">{cosineText(cosine)}</td>
                <td className="number"><a href={href('bridges', { bridge: [i, j] })} aria-label={t('bridges.link', { i, j, value: significant(excess) })}>{significant(excess)}</a></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
