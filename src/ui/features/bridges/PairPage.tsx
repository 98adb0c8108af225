import { useEffect, useMemo } from 'react';
import type { Atlas, BridgeFacts } from '../../../engine/atlas/protocol.ts';
import type { PackView } from '../../../engine/protocol.ts';
import { bridgeKey } from '../../../state/atlas/model.ts';
import { useApp } from '../../app-context.ts';
import { CopyViewLink } from '../../figures/CopyViewLink.tsx';
import { bridgesMessages } from '../../i18n/bridges.ts';
import { useMessages } from '../../i18n/text.ts';
import { imageName, textName } from '../../names.ts';
import { count } from '../../plots/amounts.ts';
import { bridgeRows } from '../../plots/bridges/bridge-rows.ts';
import { cosineText, percent, significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { Sprite } from '../../primitives/Sprite.tsx';
import { useAtlas, useAtlasActions, useColumns } from '../atlas/atlas-context.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { useHref } from '../atlas/useHref.ts';
import { Making } from '../map/Making.tsx';
import { PairSide } from './PairSide.tsx';

interface Props {
  readonly pack: PackView;
  readonly bridge: NonNullable<Atlas['bridge']>;
  readonly pair: readonly [number, number];
}

/** One bridge: its two concepts side by side, its numbers, and the matched pairs that carry it. */
export function PairPage({ pack, bridge, pair: [i, j] }: Props) {
  const { t } = useMessages(bridgesMessages);
  const actions = useAtlasActions();
  const name = useConceptName();
  const href = useHref();
  const columns = useColumns();
  const { made } = useAtlas((s) => ({ made: s.bridges.get(bridgeKey(i, j)) }));
  useEffect(() => { void actions.needBridge(i, j); }, [actions, pack, i, j]);
  const { rows } = useMemo(() => bridgeRows(bridge.top, columns?.modality ?? [], () => true, false), [bridge, columns]);
  const place = rows.findIndex((row) => row.i === i && row.j === j);
  const [before, after] = place < 0 ? [undefined, undefined] : [rows[place - 1], rows[place + 1]];
  return (
    <>
      <header className="bridges-head">
        <a className="button" href={href('bridges')}>{t('pair.back')}</a>
        {before !== undefined && <a className="button" href={href('bridges', { bridge: [before.i, before.j] })}>‹ {t('pair.previous')}</a>}
        {after !== undefined && <a className="button" href={href('bridges', { bridge: [after.i, after.j] })}>{t('pair.next')} ›</a>}
        {place >= 0 && <span className="note">{t('pair.place', { n: place + 1, m: count(rows.length) })}</span>}
        <span className="spacer" />
        <CopyViewLink />
      </header>
      <h2>{t('pair.title', { i, j, a: name(i), b: name(j) })}</h2>
      {made?.status === 'failed' && <p role="alert" className="map-problem">{t('failed', { reason: made.error.message })} <button type="button" onClick={() => void actions.needBridge(i, j)}>{t('retry')}</button></p>}
      {made?.status === 'making' && <p className="making" role="status"><Making progress={made.progress} onCancel={null} /></p>}
      {made?.status === 'ready' && <PairNumbers facts={made.value} />}
      <div className="pair-sides">
        <PairSide pack={pack} concept={i} title={t('pair.images', { n: i })} />
        <PairSide pack={pack} concept={j} title={t('pair.texts', { n: j })} />
      </div>
      {made?.status === 'ready' && <Carriers facts={made.value} />}
    </>
  );
}

function PairNumbers({ facts: { value, null: expected, cosine, share, active, of } }: { readonly facts: BridgeFacts }) {
  const { t } = useMessages(bridgesMessages);
  const numbers = [
    [t('column.b'), significant(value)], [t('column.null'), significant(expected)], [t('column.excess'), significant(value - expected)], [t('column.cosine'), cosineText(cosine)],
    [t('column.share'), percent(share)], [t('pair.active'), t('pair.active.value', { n: count(active), m: count(of) })],
  ] as const;
  return (
    <div className="pair-numbers">
      <dl>{numbers.map(([key, text]) => <div key={key}><dt>{key}</dt><dd>{text}</dd></div>)}</dl>
      <Info about={t('column.b')}>{t('pair.help')}</Info>
    </div>
  );
}

function Carriers({ facts: { carriers } }: { readonly facts: BridgeFacts }) {
  const { t, language } = useMessages(bridgesMessages);
  const { samples } = useApp((s) => ({ samples: s.samples }));
  return (
    <section aria-labelledby="pair-carriers">
      <h3 id="pair-carriers">{t('pair.carriers')} <Info about={t('pair.carriers')}>{t('pair.carriers.help')}</Info></h3>
      {carriers.length === 0 ? <p className="note">{t('pair.carriers.none')}</p> : (
        <ol role="list" className="pair-carriers">
          {carriers.map(({ image, text, zImage, zText }) => (
            <li key={`${String(image)}-${String(text)}`}>
              <Sprite item={image} size={72} label={imageName(samples, image, language)} />
              <span><span className="mark-text" aria-hidden="true" /> {textName(samples, text)}</span>
              <span className="note">{t('pair.carrier', { a: significant(zImage), b: significant(zText) })}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
