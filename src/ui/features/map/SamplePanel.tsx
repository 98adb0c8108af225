import { useMemo, useState } from 'react';
import { useActions, useApp } from '../../app-context.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { imageName, textName } from '../../names.ts';
import { significant } from '../../plots/format.ts';
import { Sprite } from '../../primitives/Sprite.tsx';
import { ConceptName } from '../atlas/ConceptName.tsx';

/** Partners that are listed. */
const LISTED = 8;

/** A picture or a text in the inspector: its name, its pairs, and the concepts that it is among the strongest of. `point` counts images, then texts. */
export function SamplePanel({ point }: { readonly point: number }) {
  const { t, language } = useMessages(mapMessages);
  const actions = useActions();
  const { pack, samples } = useApp((s) => ({ pack: s.pack, samples: s.samples }));
  const [added, setAdded] = useState<number | null>(null);
  const images = pack?.counts.images ?? 0;
  const picture = point < images;
  const item = picture ? point : point - images;
  const concepts = useMemo(() => {
    const top = picture ? pack?.concepts.topImages : pack?.concepts.topTexts;
    return (top ?? []).flatMap((list, concept) => list.filter((example) => example.item === item).map(({ activation }) => ({ concept, activation }))).sort((a, b) => b.activation - a.activation || a.concept - b.concept);
  }, [pack, picture, item]);
  const partners = useMemo(() => (picture ? (samples?.pairs[item] ?? []) : (samples?.pairs ?? []).flatMap((texts, image) => (texts.includes(item) ? [image] : []))), [samples, picture, item]);
  return (
    <article className="map-sample">
      <h3>
        {picture ? <Sprite item={item} size={64} label="" /> : <span className="mark-text" aria-hidden="true" />}
        <span>{picture ? imageName(samples, item, language) : textName(samples, item)}</span>
        <span className="note">{t(picture ? 'kind.picture' : 'kind.text')} {item}</span>
      </h3>
      {picture && (
        <p className="map-row">
          <button type="button" onClick={() => { setAdded(item); void actions.addGalleryImage(item); }}>{t('sample.add')}</button>
          <span role="status" className="note">{added === item ? t('sample.added') : ''}</span>
        </p>
      )}
      <h4>{t('sample.concepts')}</h4>
      {concepts.length === 0 ? <p className="note">{t('sample.concepts.none')}</p> : (
        <ol role="list" className="map-own-bridges">
          {concepts.map(({ concept, activation }) => <li key={concept}><ConceptName concept={concept} /><span className="number">{significant(activation)}</span></li>)}
        </ol>
      )}
      {partners.length > 0 && (
        <>
          <h4>{t('sample.pairs')}</h4>
          <ul role="list" className="map-texts">
            {partners.slice(0, LISTED).map((other) => (
              <li key={other}>{picture ? <><span className="mark-text" aria-hidden="true" /> {textName(samples, other)}</> : <><Sprite item={other} size={24} label="" /> {imageName(samples, other, language)}</>}</li>
            ))}
          </ul>
          {partners.length > LISTED && <p className="note">{t('sample.pairs.more', { n: LISTED, m: partners.length })}</p>}
        </>
      )}
    </article>
  );
}
