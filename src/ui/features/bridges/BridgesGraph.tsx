import { bridgesMessages } from '../../i18n/bridges.ts';
import { useMessages } from '../../i18n/text.ts';
import type { BridgeRow } from '../../plots/bridges/bridge-rows.ts';
import { bridgeGraph } from '../../plots/bridges/graph.ts';
import { significant } from '../../plots/format.ts';
import { shortLabel } from '../../plots/map/overlay.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { useHref } from '../atlas/useHref.ts';
import { useWidth } from '../lab/useWidth.ts';

/** Room for names on either side. */
const NAMES = 190;

/** The bridges as a graph, concepts of the images on the left, of the texts on the right. */
export function BridgesGraph({ rows }: { readonly rows: readonly BridgeRow[] }) {
  const { t } = useMessages(bridgesMessages);
  const actions = useAtlasActions();
  const name = useConceptName();
  const href = useHref();
  const { hover } = useAtlas((s) => ({ hover: s.hover }));
  const { ref, width } = useWidth(900);
  const { nodes, links, left, right, height } = bridgeGraph(rows, width, Math.min(NAMES, width * 0.36));
  return (
    <div ref={ref} className="bridges-graph" role="group" aria-label={t('graph.aria', { n: rows.length })}>
      <svg data-figure width={width} height={height} viewBox={`0 0 ${String(width)} ${String(height)}`}>
        {links.map(({ row: { i, j, excess }, path, width: stroke }) => {
          const lit = hover === null || hover === i || hover === j;
          const label = `${t('open', { i, j, value: significant(excess) })}: ${name(i)} ↔ ${name(j)}`;
          return (
            <a key={`${String(i)}-${String(j)}`} href={href('bridges', { bridge: [i, j] })} aria-label={label}>
              <path className={lit ? 'graph-link' : 'graph-link faint'} d={path} strokeWidth={stroke.toFixed(2)}><title>{label}</title></path>
            </a>
          );
        })}
        {nodes.map(({ concept, side, y }) => (
          <a key={`${side} ${String(concept)}`} href={href('concept', { open: concept })} aria-label={`${name(concept)} ${String(concept)}`} onPointerEnter={() => { actions.hover(concept); }} onPointerLeave={() => { actions.hover(null); }} onFocus={() => { actions.hover(concept); }} onBlur={() => { actions.hover(null); }}>
            {side === 'images' ? <rect className="marks-images" x={left - 9} y={y - 4} width={8} height={8} /> : <circle className="marks-texts" cx={right + 5} cy={y} r={3.5} />}
            <text className={hover === concept ? 'matrix-name lit' : 'matrix-name'} x={side === 'images' ? left - 14 : right + 13} y={y + 4} textAnchor={side === 'images' ? 'end' : 'start'}>{shortLabel(name(concept))}</text>
          </a>
        ))}
      </svg>
    </div>
  );
}
