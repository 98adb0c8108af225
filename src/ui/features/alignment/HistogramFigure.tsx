import { useId, useMemo, useState } from 'react';
import { Figure } from '../../figures/Figure.tsx';
import { alignmentMessages } from '../../i18n/alignment.ts';
import { useMessages } from '../../i18n/text.ts';
import { binsBetween, modalityBars, type ModalityPanel } from '../../plots/alignment/modality-bars.ts';
import { count } from '../../plots/amounts.ts';
import { percent } from '../../plots/format.ts';
import { modalityColour } from '../../plots/modality.ts';
import type { ConceptColumns } from '../../../state/atlas/columns.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { useWidth } from '../lab/useWidth.ts';
import { Axes } from './Axes.tsx';
import { Brush } from './Brush.tsx';

const HEIGHT = 300;

/** Modality scores as a histogram, of concepts and of their energy. */
export function HistogramFigure({ concepts, columns }: { readonly concepts: readonly number[]; readonly columns: ConceptColumns }) {
  const { t } = useMessages(alignmentMessages);
  const actions = useAtlasActions();
  const keys = useId();
  const { selection } = useAtlas((s) => ({ selection: s.view.selection }));
  const { ref, width } = useWidth(560);
  const [cursor, setCursor] = useState<number | null>(null);
  const chosen = useMemo(() => new Set(selection), [selection]);
  const bars = useMemo(() => modalityBars(concepts, columns.modality, columns.energy, chosen, width, HEIGHT), [concepts, columns, chosen, width]);
  const { members, edges, shares } = bars;
  const binText = (bin: number): string => t('histogram.bin', { from: (edges[bin] ?? 0).toFixed(2), to: (edges[bin + 1] ?? 1).toFixed(2), n: count(members[bin]?.length ?? 0), share: percent(shares[bin] ?? 0) });
  const all = (bin: number): boolean => (members[bin]?.length ?? 0) > 0 && members[bin]?.every((i) => chosen.has(i)) === true;
  const title = t('histogram.title');
  const dead = t('histogram.dead', { n: count(bars.dead) });
  const toggle = (bin: number): void => { actions.select(members[bin] ?? [], all(bin) ? 'remove' : 'add'); };
  const binAt = (x: number): number | null => binsBetween(bars, x, x)?.[0] ?? null;
  return (
    <Figure
      id="histogram" title={title} formula={t('histogram.formula')} look={t('histogram.look')} paper={t('histogram.paper')}
      data={() => ({
        caption: `${t('histogram.formula')} ${dead}`,
        columns: [
          { name: 'from', values: edges.slice(0, -1) }, { name: 'to', values: edges.slice(1) },
          { name: 'concepts', values: members.map((m) => m.length) }, { name: 'energy_share', values: shares },
        ],
      })}
    >
      <div ref={ref} className="alignment-plot">
        <p id={keys} hidden>{t('keys.bins')}</p>
        <Brush
          label={t('histogram.bins', { title })} describedBy={keys} width={width} height={HEIGHT} option={cursor === null ? null : { text: binText(cursor), selected: all(cursor) }}
          onBrush={({ x0, x1 }, how) => {
            const bins = binsBetween(bars, x0, x1);
            if (bins !== null) actions.select(members.slice(bins[0], bins[1] + 1).flat(), how);
          }}
          onPoint={(x) => { setCursor(binAt(x)); }} onLeave={() => { setCursor(null); }}
          onClick={(x, _, shift) => { const bin = binAt(x); if (bin !== null) { if (shift) toggle(bin); else actions.select(members[bin] ?? [], 'replace'); } }}
          onKey={(key) => {
            const step = key === 'ArrowRight' || key === 'ArrowUp' ? 1 : key === 'ArrowLeft' || key === 'ArrowDown' ? -1 : 0;
            if (step !== 0) setCursor(cursor === null ? 0 : Math.min(Math.max(cursor + step, 0), members.length - 1));
            else if (key === ' ' && cursor !== null) toggle(cursor);
            else return false;
            return true;
          }}
        >
          <Axes plot={bars.counts.plot} x={null} y={bars.counts.y} xName="" yName={t('axis.concepts')} />
          <Bars panel={bars.counts} chosen={selection.length > 0} cursor={cursor} />
          <Axes plot={bars.energy.plot} x={bars.x} y={bars.energy.y} xName={t('axis.modality.ends')} yName={t('axis.energyShare')} />
          <Bars panel={bars.energy} chosen={selection.length > 0} cursor={cursor} />
        </Brush>
      </div>
      <p className="note">{cursor === null ? dead : binText(cursor)}</p>
    </Figure>
  );
}

function Bars({ panel, chosen, cursor }: { readonly panel: ModalityPanel; readonly chosen: boolean; readonly cursor: number | null }) {
  return (
    <g>
      {panel.bars.map((bar, bin) => (
        <g key={bin} fill={modalityColour(bar.score)}>
          <rect className={chosen ? 'bin faint' : 'bin'} x={bar.x} y={bar.y} width={bar.width} height={bar.height} />
          {chosen && <rect x={bar.x} y={bar.chosenY} width={bar.width} height={bar.chosenHeight} />}
          {cursor === bin && <rect data-screen className="bin-spot" x={bar.x} y={panel.plot.top} width={bar.width} height={panel.plot.bottom - panel.plot.top} />}
        </g>
      ))}
    </g>
  );
}
