import { useApp } from '../../app-context.ts';
import { alignmentMessages } from '../../i18n/alignment.ts';
import { useMessages } from '../../i18n/text.ts';
import { significant } from '../../plots/format.ts';
import { Sprite } from '../../primitives/Sprite.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { ConceptName } from '../atlas/ConceptName.tsx';

const PICTURES = 4;

/** The concept that is pointed at or kept, with its numbers. */
export function AtHand() {
  const { t } = useMessages(alignmentMessages);
  const actions = useAtlasActions();
  const { pack } = useApp((s) => ({ pack: s.pack }));
  const { concept, selection, atlas } = useAtlas((s) => ({ concept: s.hover ?? s.view.focus, selection: s.view.selection, atlas: s.atlas }));
  if (pack === null || concept === null || concept >= pack.c) return <p className="at-hand note">{t('at.none')}</p>;
  const measured = atlas?.status === 'ready' ? atlas.value : null;
  const { concepts } = pack;
  const number = (value: number | null | undefined): string => significant(value ?? Number.NaN);
  const chosen = selection.includes(concept);
  return (
    <section className="at-hand" aria-label={t('at')}>
      {(concepts.topImages[concept] ?? []).slice(0, PICTURES).map(({ item }) => <Sprite key={item} item={item} size={30} label="" />)}
      <ConceptName concept={concept} />
      <span className="note">{t('at.values', {
        score: number(concepts.modality[concept]), images: number(concepts.energyImages[concept]), texts: number(concepts.energyTexts[concept]),
        angle: number(measured?.cosineToGap[concept]), accuracy: number(measured?.classifierAccuracy[concept]),
      })}</span>
      <button type="button" className="quiet" onClick={() => { actions.select([concept], chosen ? 'remove' : 'add'); }}>{t(chosen ? 'at.deselect' : 'at.select')}</button>
    </section>
  );
}
