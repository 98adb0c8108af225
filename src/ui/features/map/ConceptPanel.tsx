import { useApp } from '../../app-context.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { imageName, textName } from '../../names.ts';
import { percent, significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { ModalityBar } from '../../primitives/ModalityBar.tsx';
import { Sprite } from '../../primitives/Sprite.tsx';
import { useAtlas, useColumns } from '../atlas/atlas-context.ts';
import { ConceptName } from '../atlas/ConceptName.tsx';
import { useHref } from '../atlas/useHref.ts';

/** Bridges that are listed. */
const BRIDGES = 5;

/** A concept in the inspector: numbers, examples, bridges, and the way to its page. */
export function ConceptPanel({ concept }: { readonly concept: number }) {
  const { t: page, language } = useText();
  const { t } = useMessages(mapMessages);
  const href = useHref();
  const columns = useColumns();
  const { pack, samples } = useApp((s) => ({ pack: s.pack, samples: s.samples }));
  const { atlas } = useAtlas((s) => ({ atlas: s.atlas }));
  if (pack === null || columns === null) return null;
  const measured = atlas?.status === 'ready' ? atlas.value : null;
  const gap = measured?.cosineToGap[concept] ?? Number.NaN;
  const stability = columns.stability[concept] ?? Number.NaN;
  const pictures = pack.concepts.topImages[concept] ?? [];
  const texts = pack.concepts.topTexts[concept] ?? [];
  const facts = [
    { name: page('concept.energy'), help: t('inspector.energy.help'), value: significant(columns.energy[concept] ?? 0) },
    { name: page('concept.frequency'), help: t('inspector.frequency.help'), value: percent(columns.frequency[concept] ?? 0) },
    ...(Number.isNaN(stability) ? [] : [{ name: page('concept.stability'), help: page('concept.stability.help'), value: significant(stability) }]),
    ...(Number.isNaN(gap) ? [] : [{ name: t('inspector.gap'), help: t('inspector.gap.help', { random: significant(measured?.randomCosine ?? Number.NaN) }), value: significant(gap) }]),
  ];
  return (
    <article className="map-concept">
      <h3><ConceptName concept={concept} bar={false} /></h3>
      <dl className="map-facts">
        <div>
          <dt>{page('concept.modality')} <Info about={page('concept.modality')}>{page('concept.modality.help')}</Info></dt>
          <dd><ModalityBar score={pack.concepts.modality[concept] ?? null} /> {significant(columns.modality[concept] ?? Number.NaN)}</dd>
        </div>
        {facts.map(({ name, help, value }) => (
          <div key={name}><dt>{name} <Info about={name}>{help}</Info></dt><dd>{value}</dd></div>
        ))}
      </dl>
      <h4>{page('concept.pictures')}</h4>
      {pictures.length === 0 ? <p className="note">{page('concept.noPictures')}</p> : (
        <div className="map-pictures">
          {pictures.map(({ item, activation }) => (
            <Sprite key={item} item={item} size={56} label={page('concept.activation', { name: imageName(samples, item, language), value: significant(activation) })} />
          ))}
        </div>
      )}
      <h4>{page('concept.texts')}</h4>
      {texts.length === 0 ? <p className="note">{page('concept.noTexts')}</p> : (
        <ul role="list" className="map-texts">
          {texts.map(({ item, activation }) => <li key={item}><span className="mark-text" aria-hidden="true" /> {textName(samples, item)} <span className="note">{significant(activation)}</span></li>)}
        </ul>
      )}
      {measured?.bridge != null && <ConceptBridges concept={concept} />}
      <p><a className="button" href={href('concept', { open: concept })}>{t('inspector.open')}</a></p>
    </article>
  );
}

/** The concept's bridges among the pack's strongest. */
function ConceptBridges({ concept }: { readonly concept: number }) {
  const { t } = useMessages(mapMessages);
  const href = useHref();
  const { atlas } = useAtlas((s) => ({ atlas: s.atlas }));
  const top = atlas?.status === 'ready' ? (atlas.value.bridge?.top ?? []) : [];
  const own = top.filter(({ i, j, value, null: expected }) => (i === concept || j === concept) && value > expected);
  const listed = own.slice(0, BRIDGES);
  return (
    <>
      <h4>{t('inspector.bridges')} <Info about={t('inspector.bridges')}>{t('bridges.help')}</Info></h4>
      {listed.length === 0 ? <p className="note">{t('inspector.bridges.none', { n: top.length })}</p> : (
        <>
          <ol role="list" className="map-own-bridges">
            {listed.map(({ i, j, value, null: expected }) => (
              <li key={`${String(i)}-${String(j)}`}>
                <span className={i === concept ? 'mark-text' : 'mark-image'} aria-hidden="true" />
                <ConceptName concept={i === concept ? j : i} bar={false} />
                <a className="number" href={href('bridges', { bridge: [i, j] })}>{significant(value - expected)}</a>
              </li>
            ))}
          </ol>
          <p className="note">{t('inspector.bridges.more', { n: listed.length, m: own.length, of: top.length })}</p>
        </>
      )}
    </>
  );
}
