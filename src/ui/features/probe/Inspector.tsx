import { useActions, useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { conceptLabel, imageName, textName } from '../../names.ts';
import { percent, significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { ModalityBar } from '../../primitives/ModalityBar.tsx';
import { Sprite } from '../../primitives/Sprite.tsx';
import { StabilityBadge } from '../../primitives/StabilityBadge.tsx';
import { columnsOf } from './columns.ts';

/** The concept under the cursor, or the opened one, or the strongest of the shown probes. */
export function Inspector() {
  const { t, language } = useText();
  const actions = useActions();
  const { pack, samples, preview, focus, probes, pair } = useApp((s) => ({
    pack: s.pack, samples: s.samples, preview: s.preview, focus: s.view.focus, probes: s.probes, pair: s.pair,
  }));
  const concept = preview ?? focus ?? strongest(columnsOf(probes, pair));
  if (pack === null || concept === null || concept >= pack.c) {
    return <aside className="inspector" aria-label={t('concept.inspector')}><p className="note">{t('concept.none')}</p></aside>;
  }
  const table = pack.concepts;
  const score = table.labelScore[concept] ?? null;
  const numbers = [
    { key: 'energy' as const, images: significant(table.energyImages[concept] ?? 0), texts: significant(table.energyTexts[concept] ?? 0) },
    { key: 'frequency' as const, images: percent(table.frequencyImages[concept] ?? 0), texts: percent(table.frequencyTexts[concept] ?? 0) },
  ];
  const stability = table.stability?.[concept] ?? null;
  const pictures = table.topImages[concept] ?? [];
  const texts = table.topTexts[concept] ?? [];
  return (
    <aside className={focus === null ? 'inspector' : 'inspector open'} aria-label={t('concept.inspector')}>
      <button type="button" className="inspector-close quiet" aria-label={t('app.close')} onClick={() => { actions.focus(null); }}>✕</button>
      <div className="inspector-title">
        <h2>{conceptLabel(pack, concept, language)} <span className="concept-number">{concept}</span></h2>
        {score !== null && <Info about={conceptLabel(pack, concept, language)}>{t('concept.label.help', { score: score.toFixed(2) })}</Info>}
      </div>
      <dl className="facts">
        <div>
          <dt>{t('concept.modality')} <Info about={t('concept.modality')}>{t('concept.modality.help')}</Info></dt>
          <dd><ModalityBar score={table.modality[concept] ?? null} /> {significant(table.modality[concept] ?? Number.NaN)}</dd>
        </div>
        {stability !== null && (
          <div>
            <dt>{t('concept.stability')} <Info about={t('concept.stability')}>{t('concept.stability.help')}</Info></dt>
            <dd><StabilityBadge concept={concept} /> {significant(stability)}</dd>
          </div>
        )}
        {numbers.map(({ key, images, texts: inTexts }) => (
          <div key={key}>
            <dt>{t(`concept.${key}`)} <Info about={t(`concept.${key}`)}>{t(`concept.${key}.help`)}</Info></dt>
            <dd>
              <span className="fact"><span className="mark-image" aria-hidden="true" /> <span className="note">{t('modality.images')}</span> {images}</span>
              <span className="fact"><span className="mark-text" aria-hidden="true" /> <span className="note">{t('modality.texts')}</span> {inTexts}</span>
            </dd>
          </div>
        ))}
      </dl>
      <h3>{t('concept.pictures')}</h3>
      {pictures.length === 0 ? <p className="note">{t('concept.noPictures')}</p> : (
        <div className="inspector-pictures">
          {pictures.map(({ item, activation }) => (
            <Sprite key={item} item={item} size={64} label={t('concept.activation', { name: imageName(samples, item, language), value: significant(activation) })} />
          ))}
        </div>
      )}
      <h3>{t('concept.texts')}</h3>
      {texts.length === 0 ? <p className="note">{t('concept.noTexts')}</p> : (
        <ul className="inspector-texts" role="list">
          {texts.map(({ item, activation }) => (
            <li key={item}><span className="mark-text" aria-hidden="true" /> {textName(samples, item)} <span className="note">{significant(activation)}</span></li>
          ))}
        </ul>
      )}
    </aside>
  );
}

function strongest(columns: ReturnType<typeof columnsOf>): number | null {
  let best: number | null = null;
  let top = 0;
  for (const { readout } of columns) {
    for (let i = 0; i < readout.code.indices.length; i++) {
      const value = readout.code.values[i] ?? 0;
      if (value > top) {
        top = value;
        best = readout.code.indices[i] ?? null;
      }
    }
  }
  return best;
}
