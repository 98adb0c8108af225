import { useActions, useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { imageName, probeName, textName } from '../../names.ts';
import { cosineText } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { ProbePicture } from '../../primitives/ProbePicture.tsx';
import { Sprite } from '../../primitives/Sprite.tsx';
import { columnsOf } from './columns.ts';

/** Nearest gallery pictures and texts of every shown probe; tapping one adds it as a probe. */
export function Neighbours() {
  const { t, language } = useText();
  const actions = useActions();
  const { probes, pair, samples } = useApp((s) => ({ probes: s.probes, pair: s.pair, samples: s.samples }));
  const columns = columnsOf(probes, pair);
  if (columns.length === 0) return null;
  return (
    <section aria-labelledby="near-title" className="near">
      <header className="section-head">
        <h2 id="near-title">{t('near.title')}</h2>
        <Info about={t('near.title')}>{t('near.help')}</Info>
      </header>
      <ul role="list">
        {columns.map((probe) => (
          <li key={probe.key} className="near-row">
            <span className="near-name">
              <ProbePicture probe={probe} size={24} />
              <span>{probeName(probe, probes.indexOf(probe), samples, language, t)}</span>
            </span>
            <span className="near-images">
              {probe.readout.neighbours.images.map(({ item, cosine }) => {
                const name = imageName(samples, item, language);
                return (
                  <button key={item} type="button" className="near-image" title={t('near.cosine', { name, value: cosineText(cosine) })}
                    aria-label={t('near.probe', { name })} onClick={() => void actions.addGalleryImage(item)}>
                    <Sprite item={item} size={44} label="" />
                    <span>{cosineText(cosine)}</span>
                  </button>
                );
              })}
            </span>
            <span className="near-texts">
              {probe.readout.neighbours.texts.map(({ item, cosine }) => {
                const name = textName(samples, item);
                return (
                  <button key={item} type="button" className="near-text" title={t('near.cosine', { name, value: cosineText(cosine) })}
                    aria-label={t('near.probe', { name })} onClick={() => void actions.addTexts(name)}>
                    <span className="mark-text" aria-hidden="true" /> {name} <span className="note">{cosineText(cosine)}</span>
                  </button>
                );
              })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
