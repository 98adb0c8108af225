import { useMemo, useState } from 'react';
import type { Atlas } from '../../../engine/atlas/protocol.ts';
import type { BridgesAs } from '../../../core/permalink/atlas-view.ts';
import type { FigureData } from '../../figures/figure-data.ts';
import { CopyViewLink } from '../../figures/CopyViewLink.tsx';
import { Figure } from '../../figures/Figure.tsx';
import { bridgesMessages } from '../../i18n/bridges.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { bridgeRows, coveredShare, type BridgeRow } from '../../plots/bridges/bridge-rows.ts';
import { percent, significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions, useColumns, useShown } from '../atlas/atlas-context.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { CollectionsButton } from '../collections/CollectionsButton.tsx';
import { BridgesGraph } from './BridgesGraph.tsx';
import { BridgesList } from './BridgesList.tsx';
import { BridgesMatrix } from './BridgesMatrix.tsx';

const WAYS: readonly BridgesAs[] = ['list', 'matrix', 'graph'];
/** Bridges of one page of the list, and of a drawing. */
const LISTED = 50;
const DRAWN = { list: LISTED, matrix: 120, graph: 40 } as const;

/** ΣB, and the strongest bridges in one of three ways. */
export function BridgesOverview({ bridge }: { readonly bridge: NonNullable<Atlas['bridge']> }) {
  const { t } = useMessages(bridgesMessages);
  const actions = useAtlasActions();
  const name = useConceptName();
  const columns = useColumns();
  const shown = useShown();
  const { as } = useAtlas((s) => ({ as: s.view.bridgesAs }));
  const [singleOnly, setSingleOnly] = useState(false);
  const [extra, setExtra] = useState(0);
  const { rows, of } = useMemo(
    () => bridgeRows(bridge.top, columns?.modality ?? [], (concept) => shown?.mask[concept] === 1, singleOnly),
    [bridge, columns, shown, singleOnly],
  );
  const listed = rows.slice(0, DRAWN[as] + extra);
  const single = listed.filter((row) => row.single.length > 0).length;
  const hidden = singleOnly ? 0 : of - rows.length;
  const data = (): FigureData => ({
    caption: t('caption', { n: count(listed.length), of: count(bridge.of) }),
    columns: [
      { name: 'image_concept', values: listed.map(({ i }) => i) }, { name: 'image_label', values: listed.map(({ i }) => name(i)) },
      { name: 'text_concept', values: listed.map(({ j }) => j) }, { name: 'text_label', values: listed.map(({ j }) => name(j)) },
      { name: 'bridge', values: listed.map(({ value }) => value) }, { name: 'null', values: listed.map((row) => row.null) },
      { name: 'cosine', values: listed.map(({ cosine }) => cosine) }, { name: 'share', values: listed.map(({ value }) => value / bridge.sum) },
    ],
  });
  return (
    <>
      <header className="bridges-head">
        <h2>{t('title')}</h2>
        <div className="segments" role="group" aria-label={t('as.label')}>
          {WAYS.map((way) => <button key={way} type="button" aria-pressed={as === way} onClick={() => { actions.setView({ bridgesAs: way }); setExtra(0); }}>{t(`as.${way}`)}</button>)}
        </div>
        <label className="map-check"><input type="checkbox" checked={singleOnly} onChange={(event) => { setSingleOnly(event.target.checked); }} /> {t('single.only')}</label>
        <span className="spacer" />
        <CollectionsButton />
        <CopyViewLink />
      </header>
      <p className="bridges-intro">{t('intro')}</p>
      <p className="bridges-sum">
        {t('sum', { sum: significant(bridge.sum), similarity: significant(bridge.meanReconstructedSimilarity), n: count(listed.length), share: percent(coveredShare(listed, bridge.sum)) })}{' '}
        <Info about={t('sum.about')}>{t('sum.help')}</Info>
      </p>
      <p className="note">{t('counts', { n: count(listed.length), m: count(of), top: count(bridge.top.length), of: count(bridge.of) })}{hidden > 0 ? ` · ${t('hidden', { n: count(hidden) })}` : ''}</p>
      {single > 0 && <p className="bridges-single">{t('single.says', { n: count(single), m: count(listed.length) })}</p>}
      {listed.length === 0 ? <p>{t('none')}</p> : (
        <Figure id={`bridges-${as}`} title={t(`as.${as}`)} formula={t(`${as}.formula`)} look={t(`${as}.look`)} paper={t('paper')} data={data}>
          <Drawing as={as} rows={listed} sum={bridge.sum} />
        </Figure>
      )}
      {rows.length > listed.length && <p><button type="button" onClick={() => { setExtra(extra + LISTED); }}>{t('more', { n: Math.min(LISTED, rows.length - listed.length) })}</button></p>}
    </>
  );
}

function Drawing({ as, rows, sum }: { readonly as: BridgesAs; readonly rows: readonly BridgeRow[]; readonly sum: number }) {
  if (as === 'matrix') return <BridgesMatrix rows={rows} />;
  if (as === 'graph') return <BridgesGraph rows={rows} />;
  return <BridgesList rows={rows} sum={sum} />;
}
