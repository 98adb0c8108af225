import { useMemo, useState } from 'react';
import { bridgesMessages } from '../../i18n/bridges.ts';
import { useMessages } from '../../i18n/text.ts';
import type { BridgeRow } from '../../plots/bridges/bridge-rows.ts';
import { matrixOrder } from '../../plots/bridges/ordering.ts';
import { significant } from '../../plots/format.ts';
import { magnitudeRamp } from '../../plots/map/ramp.ts';
import { rgbText } from '../../plots/map/rgb.ts';
import { shortLabel } from '../../plots/map/overlay.ts';
import { useDark } from '../../useDark.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { useHref } from '../atlas/useHref.ts';

/** Pixels of a cell, from the whole at a glance to names that can be read. */
const CELLS = [7, 11, 16, 22, 30];
/** From this size on, names stand beside rows and columns. */
const NAMED = 11;
const NAMES = 168;

/** The bridges as a matrix, image side down, text side across. */
export function BridgesMatrix({ rows }: { readonly rows: readonly BridgeRow[] }) {
  const { t } = useMessages(bridgesMessages);
  const actions = useAtlasActions();
  const name = useConceptName();
  const href = useHref();
  const dark = useDark();
  const { hover } = useAtlas((s) => ({ hover: s.hover }));
  const [zoom, setZoom] = useState(2);
  const { images, texts } = useMemo(() => matrixOrder(rows), [rows]);
  const ramp = useMemo(() => magnitudeRamp([0, 1], dark), [dark]);
  const strongest = rows[0]?.excess ?? 1;
  const cell = CELLS[zoom] ?? 16;
  const margin = cell >= NAMED ? NAMES : 12;
  const [row, column] = [new Map(images.map((i, n) => [i, n])), new Map(texts.map((j, n) => [j, n]))];
  const [width, height] = [margin + texts.length * cell + 12, margin + images.length * cell + 12];
  return (
    <>
      <p className="map-row">
        <button type="button" disabled={zoom === CELLS.length - 1} onClick={() => { setZoom(zoom + 1); }}>{t('zoom.in')}</button>
        <button type="button" disabled={zoom === 0} onClick={() => { setZoom(zoom - 1); }}>{t('zoom.out')}</button>
        <button type="button" disabled={zoom === 0} onClick={() => { setZoom(0); }}>{t('zoom.whole')}</button>
      </p>
      <div className="bridges-scroll matrix" role="group" aria-label={t('matrix.aria', { n: rows.length, i: images.length, j: texts.length })}>
        <svg data-figure width={width} height={height} viewBox={`0 0 ${String(width)} ${String(height)}`}>
          {cell >= NAMED && images.map((i, n) => <text key={`r${String(i)}`} className={hover === i ? 'matrix-name lit' : 'matrix-name'} x={margin - 6} y={margin + (n + 0.5) * cell + 3.5} textAnchor="end">{shortLabel(name(i))}</text>)}
          {cell >= NAMED && texts.map((j, n) => <text key={`c${String(j)}`} className={hover === j ? 'matrix-name lit' : 'matrix-name'} transform={`translate(${String(margin + (n + 0.5) * cell + 3.5)} ${String(margin - 6)}) rotate(-90)`}>{shortLabel(name(j))}</text>)}
          <rect className="matrix-frame" x={margin} y={margin} width={texts.length * cell} height={images.length * cell} />
          {rows.map(({ i, j, excess }) => {
            const label = `${t('open', { i, j, value: significant(excess) })}: ${name(i)} ↔ ${name(j)}`;
            return (
              <a key={`${String(i)}-${String(j)}`} href={href('bridges', { bridge: [i, j] })} aria-label={label} onPointerEnter={() => { actions.hover(i); }} onPointerLeave={() => { actions.hover(null); }}>
                <rect x={margin + (column.get(j) ?? 0) * cell} y={margin + (row.get(i) ?? 0) * cell} width={cell - 0.5} height={cell - 0.5} fill={rgbText(ramp.colour(Math.sqrt(excess / strongest)))}><title>{label}</title></rect>
              </a>
            );
          })}
        </svg>
      </div>
    </>
  );
}
