import { useState } from 'react';
import type { AtlasLayout } from '../../../engine/atlas/protocol.ts';
import type { Made } from '../../../state/atlas/model.ts';
import { useApp } from '../../app-context.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { Making } from './Making.tsx';
import { shortNumber } from './short-number.ts';

interface Props {
  /** How many of what are shown, and what else was cut. */
  readonly says: readonly string[];
  /** The layout on show, and the one that is being made. */
  readonly layout: AtlasLayout | null;
  readonly made: Made<AtlasLayout> | undefined;
}

/** The line below the map: what is shown of what, how good the layout is, and a way to make it anew. */
export function MapFoot({ says, layout, made }: Props) {
  return (
    <footer className="map-foot">
      <p>{says.map((one) => <span key={one}>{one}</span>)}</p>
      <span className="spacer" />
      {layout !== null && <Quality layout={layout} />}
      <Recompute layout={layout} made={made} />
    </footer>
  );
}

function Quality({ layout: { quality, stored, seed } }: { readonly layout: AtlasLayout }) {
  const { t } = useMessages(mapMessages);
  if (quality === null) return <p className="note">{t('quality.none')}</p>;
  const { trustworthiness, continuity, k, judged, of } = quality;
  return (
    <p className="note">
      <span title={stored ? t('quality.stored', { seed }) : t('quality.computed', { seed })}>
        {t('quality.text', { t: shortNumber(trustworthiness), c: shortNumber(continuity), k, judged: count(judged), of: count(of) })}
      </span>
      {' '}<Info about={t('quality.about')}>{t('quality.help')} {stored ? t('quality.stored', { seed }) : t('quality.computed', { seed })}</Info>
    </p>
  );
}

function Recompute({ layout, made }: { readonly layout: AtlasLayout | null; readonly made: Made<AtlasLayout> | undefined }) {
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const { kind } = useAtlas((s) => ({ kind: s.view.layout }));
  const ready = useApp((s) => s.pack !== null);
  const [seed, setSeed] = useState('');
  if (made?.status === 'making') return <Making progress={made.progress} onCancel={() => { actions.cancelLayout(); }} />;
  const typed = seed === '' ? (layout?.seed ?? 0) : Number(seed);
  const usable = Number.isInteger(typed) && typed >= 0 && typed < 2 ** 31;
  return (
    <form className="map-recompute" onSubmit={(event) => { event.preventDefault(); if (usable) void actions.recompute(kind, typed); }}>
      <label className="map-field"><span className="note">{t('recompute.seed')}</span>
        <input type="number" min={0} max={2 ** 31 - 1} step={1} value={seed} placeholder={String(layout?.seed ?? 0)} onChange={(event) => { setSeed(event.target.value); }} />
      </label>
      <button type="submit" disabled={!ready || !usable}>{t('recompute.button')}</button>
    </form>
  );
}
