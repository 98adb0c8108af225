import type { PackView } from '../../../engine/protocol.ts';
import { conceptMessages } from '../../i18n/concept.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { percent, significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { ModalityBar } from '../../primitives/ModalityBar.tsx';
import { StabilityBadge } from '../../primitives/StabilityBadge.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { Making } from '../map/Making.tsx';

/** The concept's numbers, each with its formula; those of the pack at once, those of the atlas when it is measured. */
export function Numbers({ pack, concept }: { readonly pack: PackView; readonly concept: number }) {
  const { t: page } = useText();
  const { t } = useMessages(conceptMessages);
  const actions = useAtlasActions();
  const { atlas } = useAtlas((s) => ({ atlas: s.atlas }));
  const { concepts: table } = pack;
  const stability = table.stability?.[concept] ?? null;
  const modality = table.modality[concept] ?? null;
  const both = (images: string, texts: string): React.ReactNode => (
    <>
      <span className="fact"><span className="mark-image" aria-hidden="true" /> <span className="visually-hidden">{page('modality.images')}</span> {images}</span>
      <span className="fact"><span className="mark-text" aria-hidden="true" /> <span className="visually-hidden">{page('modality.texts')}</span> {texts}</span>
    </>
  );
  const rows: { readonly name: string; readonly help: string; readonly value: React.ReactNode }[] = [
    { name: page('concept.modality'), help: page('concept.modality.help'), value: <><ModalityBar score={modality} /> {significant(modality ?? Number.NaN)}</> },
    { name: page('concept.energy'), help: page('concept.energy.help'), value: both(significant(table.energyImages[concept] ?? 0), significant(table.energyTexts[concept] ?? 0)) },
    { name: page('concept.frequency'), help: page('concept.frequency.help'), value: both(percent(table.frequencyImages[concept] ?? 0), percent(table.frequencyTexts[concept] ?? 0)) },
    ...(stability === null ? [] : [{ name: page('concept.stability'), help: page('concept.stability.help'), value: <><StabilityBadge concept={concept} /> {significant(stability)}</> }]),
  ];
  const measured = atlas?.status === 'ready' ? atlas.value : null;
  if (measured !== null) {
    const [cosine, loss, accuracy] = [measured.cosineToGap, measured.r2Loss, measured.classifierAccuracy].map((values) => values[concept] ?? Number.NaN) as [number, number, number];
    const angle = (Math.acos(Math.min(1, Math.abs(cosine))) * 180) / Math.PI;
    rows.push(
      { name: t('facts.gap'), help: t('facts.gap.help', { random: significant(measured.randomCosine) }), value: Number.isNaN(cosine) ? '–' : t('facts.gap.value', { angle: angle.toFixed(0), cos: significant(Math.abs(cosine)) }) },
      { name: t('facts.r2'), help: t('facts.r2.help'), value: Number.isNaN(loss) ? '–' : t('facts.r2.value', { loss: significant(loss), r2: significant(measured.r2) }) },
      { name: t('facts.accuracy'), help: t('facts.accuracy.help'), value: Number.isNaN(accuracy) ? '–' : percent(accuracy) },
    );
  }
  return (
    <section className="concept-section" aria-labelledby="concept-numbers">
      <h3 id="concept-numbers">{t('facts.title')}</h3>
      <dl className="concept-facts">
        {rows.map(({ name, help, value }) => <div key={name}><dt>{name} <Info about={name}>{help}</Info></dt><dd>{value}</dd></div>)}
      </dl>
      {(atlas === null || atlas.status === 'making') && <p className="note concept-wait"><Making progress={atlas?.progress ?? null} onCancel={null} /></p>}
      {atlas?.status === 'failed' && <p role="alert" className="concept-problem">{t('failed.atlas', { reason: atlas.error.message })} <button type="button" onClick={() => void actions.start()}>{t('retry')}</button></p>}
    </section>
  );
}
