import { useMemo, useState } from 'react';
import { curveSeries, MEASURES } from '../../../plots/curves.ts';
import { Figure } from '../Figure.tsx';
import { useLab } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { letterOf, useOverlay } from '../overlay.ts';
import { useWidth } from '../useWidth.ts';
import { CurvePanel } from './CurvePanel.tsx';
import { CurvesEmpty } from './CurvesEmpty.tsx';
import { curvesCsv } from './curves-csv.ts';
import { PointsTable } from './PointsTable.tsx';
import { Readout } from './Readout.tsx';

const PANEL_HEIGHT = 138;
const GAP = 12;
/** Narrowest panel that still reads; what fits decides the number of columns. */
const PANEL_WIDTH = 212;

/** Loss, R², L0, dead share, θ and speed of the runs in the overlay, over the same epochs. */
export function CurvesSection() {
  const { t } = useLabText();
  const { runs, update } = useLab((s) => ({ runs: s.runs, update: s.training?.update ?? null }));
  const slots = useOverlay();
  const series = useMemo(() => curveSeries(slots, runs ?? [], update), [slots, runs, update]);
  const epochs = series.reduce((most, s) => Math.max(most, s.epochs), 1);
  const { ref, width } = useWidth(1040);
  const columns = Math.max(1, Math.min(4, Math.floor((width + GAP) / (PANEL_WIDTH + GAP))));
  const panelWidth = Math.floor((width - (columns - 1) * GAP) / columns);
  // Null follows the newest point.
  const [pinned, setPinned] = useState<number | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const cursor = hovered ?? pinned;
  const empty = series.length === 0;
  const save = empty ? null : {
    what: t('curves.what'),
    caption: `${t('curves.look')} ${series.map((s) => `${letterOf(s.slot)} ${s.name}`).join(', ')}.`,
    csv: () => curvesCsv(series),
  };
  return (
    <Figure id="curves" title={t('curves.title')} about={t('curves.what')} formula={<Definitions />} look={t('curves.look')} save={save}>
      {empty && <CurvesEmpty />}
      <div ref={ref} className={empty ? 'panels without' : 'panels'} style={{ gridTemplateColumns: `repeat(${String(columns)}, minmax(0, 1fr))`, gap: GAP }}>
        {MEASURES.map((measure) => (
          <CurvePanel key={measure} measure={measure} series={series} width={panelWidth} height={PANEL_HEIGHT} cursor={cursor} onCursor={setHovered} />
        ))}
      </div>
      {!empty && (
        <>
          <label className="cursor-at">
            <span>{t('curves.cursor')}</span>
            <input
              type="range"
              min={0}
              max={epochs}
              step={epochs / 200}
              value={pinned ?? epochs}
              aria-valuetext={cursor === null ? t('curves.latest') : t('curves.epoch', { epoch: cursor.toFixed(1) })}
              onChange={(event) => {
                const at = Number(event.target.value);
                setPinned(at >= epochs ? null : at);
              }}
            />
            <output>{cursor === null ? t('curves.latest') : t('curves.epoch', { epoch: cursor.toFixed(1) })}</output>
          </label>
          <Readout series={series} epoch={cursor ?? epochs} />
          <PointsTable series={series} />
        </>
      )}
    </Figure>
  );
}

/** What each panel measures, with its formula. */
function Definitions() {
  const { t } = useLabText();
  return (
    <>
      {MEASURES.map((measure) => (
        <span key={measure} className="definition"><strong>{t(`measure.${measure}`)}</strong> {t(`measure.${measure}.help`)}</span>
      ))}
    </>
  );
}
