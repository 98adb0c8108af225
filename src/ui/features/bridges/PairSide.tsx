import type { PackView } from '../../../engine/protocol.ts';
import { useApp } from '../../app-context.ts';
import { bridgesMessages } from '../../i18n/bridges.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { imageName, textName } from '../../names.ts';
import { significant } from '../../plots/format.ts';
import { Sprite } from '../../primitives/Sprite.tsx';
import { ConceptName } from '../atlas/ConceptName.tsx';

/** One concept of a bridge: its strongest pictures and texts. */
export function PairSide({ pack, concept, title }: { readonly pack: PackView; readonly concept: number; readonly title: string }) {
  const { t: page, language } = useText();
  const { t } = useMessages(bridgesMessages);
  const { samples } = useApp((s) => ({ samples: s.samples }));
  const [pictures, texts] = [pack.concepts.topImages[concept] ?? [], pack.concepts.topTexts[concept] ?? []];
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <p><ConceptName concept={concept} /></p>
      {pictures.length === 0 ? <p className="note">{t('pair.noPictures')}</p> : (
        <div className="map-pictures">
          {pictures.map(({ item, activation }) => <Sprite key={item} item={item} size={64} label={page('concept.activation', { name: imageName(samples, item, language), value: significant(activation) })} />)}
        </div>
      )}
      {texts.length === 0 ? <p className="note">{t('pair.noTexts')}</p> : (
        <ul role="list" className="map-texts">
          {texts.map(({ item, activation }) => <li key={item}><span className="mark-text" aria-hidden="true" /> {textName(samples, item)} <span className="note">{significant(activation)}</span></li>)}
        </ul>
      )}
    </section>
  );
}
