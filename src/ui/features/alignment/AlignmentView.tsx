import { useMemo } from 'react';
import { ALWAYS_ON } from '../../../core/permalink/atlas-view.ts';
import { useApp } from '../../app-context.ts';
import { CopyViewLink } from '../../figures/CopyViewLink.tsx';
import { alignmentMessages } from '../../i18n/alignment.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { percent } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions, useColumns, useShown } from '../atlas/atlas-context.ts';
import { useHref } from '../atlas/useHref.ts';
import { CollectionsButton } from '../collections/CollectionsButton.tsx';
import { Making } from '../map/Making.tsx';
import { AlignmentPlots } from './AlignmentPlots.tsx';
import { AtHand } from './AtHand.tsx';
import '../../styles/alignment.css';

/** How images and texts share the concepts: plots that brush each other and the map. */
export function AlignmentView() {
  const { t } = useMessages(alignmentMessages);
  const actions = useAtlasActions();
  const href = useHref();
  const { pack } = useApp((s) => ({ pack: s.pack }));
  const { made, selection } = useAtlas((s) => ({ made: s.atlas, selection: s.view.selection }));
  const columns = useColumns();
  const shown = useShown();
  const concepts = useMemo(() => (shown === null ? [] : [...shown.mask.keys()].filter((i) => shown.mask[i] === 1)), [shown]);
  const ready = made?.status === 'ready' && pack !== null && columns !== null;
  return (
    <main id="view" tabIndex={-1} className="alignment-view" aria-busy={!ready && made?.status !== 'failed'}>
      <header className="alignment-head">
        <h2>{t('title')}</h2>
        {shown !== null && (
          <p>
            {t('shown', { n: count(shown.shown), m: count(shown.of) })}{' '}
            <Info about={t('shown.about')}>{t('shown.why', { dead: count(shown.dead), always: count(shown.alwaysOn), share: percent(ALWAYS_ON), filtered: count(shown.filtered) })}</Info>
          </p>
        )}
        <p className="alignment-marks"><span className="mark-image" aria-hidden="true" /> {t('marks.images')} <span className="mark-text" aria-hidden="true" /> {t('marks.texts')} <span className="mark-both" aria-hidden="true" /> {t('marks.both')}</p>
        <span className="spacer" />
        <p>
          {selection.length === 0 ? t('selected.none') : t('selected', { n: count(selection.length) })}{' '}
          {selection.length > 0 && <><button type="button" className="quiet" onClick={() => { actions.select([], 'replace'); }}>{t('selected.clear')}</button> <a href={href('map')}>{t('selected.map')}</a></>}
        </p>
        <CollectionsButton />
        <CopyViewLink />
        <AtHand />
      </header>
      <p className="note alignment-intro">{t('intro')}</p>
      {made?.status === 'failed' && <p role="alert" className="map-problem">{t('failed', { reason: made.error.message })} <button type="button" onClick={() => void actions.start()}>{t('retry')}</button></p>}
      {ready && <AlignmentPlots pack={pack} atlas={made.value} columns={columns} concepts={concepts} />}
      {!ready && made?.status !== 'failed' && <p className="making" role="status">{made?.status === 'making' && made.progress !== null ? <Making progress={made.progress} onCancel={null} /> : t('making')}</p>}
    </main>
  );
}
