import { useState } from 'react';
import type { Run } from '../../../../engine/lab/protocol.ts';
import { frontier, type FrontierChoice, type FrontierMark } from '../../../plots/frontier.ts';
import { percent, significant } from '../../../plots/format.ts';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { METHOD_NAMES, methodMark, methodMarkClass } from '../methods.ts';
import { letterOf, useOverlay } from '../overlay.ts';

const HEIGHT = 330;
/** A mark is small; what can be hit is as large as a fingertip needs. */
const TARGET = 24;
const TOOLTIP = 214;

interface Props {
  readonly runs: readonly Run[];
  readonly choice: FrontierChoice;
  readonly width: number;
}

/** The frontier's drawing, with a button over every mark. */
export function FrontierPlot({ runs, choice, width }: Props) {
  const { t } = useLabText();
  const actions = useLabActions();
  const shown = useLab((s) => s.shown);
  const slots = useOverlay();
  const [over, setOver] = useState<string | null>(null);
  const { x, y, plot, marks, lines } = frontier(runs, choice, width, HEIGHT);
  const sizes = new Set(lines.map((l) => l.concepts)).size > 1;
  const at = marks.find((mark) => mark.run.id === over);
  const name = (mark: FrontierMark): string => t('frontier.point', {
    name: mark.run.name, l0: significant(mark.measured.l0), r2: significant(mark.measured[choice.definition]),
  });
  return (
    <>
      <svg data-figure width={width} height={HEIGHT} aria-hidden="true">
        <text className="axis-name" x={0} y={12}>{t(`frontier.definition.${choice.definition}`)}</text>
        {y.ticks.map((tick) => (
          <g key={tick.text}>
            <line className="hairline" x1={plot.left} x2={plot.right} y1={tick.at} y2={tick.at} />
            <text className="tick tick-y" x={plot.left - 6} y={tick.at + 3.5}>{tick.text}</text>
          </g>
        ))}
        <line className="axis" x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} />
        {x.ticks.map((tick) => (
          <g key={tick.text}>
            <line className="axis" x1={tick.at} x2={tick.at} y1={plot.bottom} y2={plot.bottom + 4} />
            <text className="tick tick-x" x={tick.at} y={plot.bottom + 16}>{tick.text}</text>
          </g>
        ))}
        <text className="axis-name axis-name-x" x={plot.right} y={HEIGHT - 4}>{t('frontier.l0')}</text>
        {lines.map((line) => (
          <g key={line.key} className={`method-${line.method}`}>
            <path className="method-line" d={line.path} />
            <line className="leader" x1={line.end.x + 7} y1={line.end.y} x2={plot.right + 8} y2={line.labelY} />
            <text className="method-name" x={plot.right + 11} y={line.labelY + 4}>{METHOD_NAMES[line.method]}{sizes ? ` ${String(line.concepts)}` : ''}</text>
          </g>
        ))}
        {marks.map((mark) => (
          <g key={mark.run.id} className={`method-${mark.run.recipe.method}`} transform={`translate(${mark.x.toFixed(1)} ${mark.y.toFixed(1)})`}>
            <path className={`${methodMarkClass(mark.run.recipe.method)}${mark.below ? ' below' : ''}`} d={methodMark(mark.run.recipe.method)} />
          </g>
        ))}
        {marks.map((mark) => {
          const slot = slots.indexOf(mark.run.id);
          return slot >= 0 && (
            <g key={mark.run.id}>
              <circle className="mark-ring" cx={mark.x} cy={mark.y} r={8} />
              <text className="on-plot mark-letter" x={mark.x + 8} y={mark.y - 6}>{letterOf(slot)}</text>
            </g>
          );
        })}
      </svg>
      {marks.map((mark) => (
        <button
          key={mark.run.id}
          type="button"
          className="point"
          style={{ left: mark.x - TARGET / 2, top: mark.y - TARGET / 2, width: TARGET, height: TARGET }}
          aria-label={name(mark)}
          aria-pressed={shown.includes(mark.run.id)}
          onClick={() => { actions.toggle(mark.run.id); }}
          onPointerEnter={() => { setOver(mark.run.id); }}
          onPointerLeave={() => { setOver(null); }}
          onFocus={() => { setOver(mark.run.id); }}
          onBlur={() => { setOver(null); }}
        />
      ))}
      {at !== undefined && (
        <div
          className="tooltip"
          aria-hidden="true"
          style={{ top: Math.max(0, Math.min(at.y - 60, HEIGHT - 140)), left: at.x > width / 2 ? Math.max(0, at.x - TOOLTIP - 16) : Math.min(at.x + 16, width - TOOLTIP) }}
        >
          <strong>{at.run.name}</strong>
          <span>{METHOD_NAMES[at.run.recipe.method]} · c {at.run.recipe.concepts} · k {at.run.recipe.k} · {t('runs.seed', { seed: at.run.recipe.seed })}</span>
          <span>L0 {significant(at.measured.l0)} · {t('runs.dead', { share: percent(at.run.measures?.dead ?? 0) })}</span>
          <span>{t('frontier.definition.r2PerFeature')} {significant(at.measured.r2PerFeature)}</span>
          <span>{t('frontier.definition.r2')} {significant(at.measured.r2)}</span>
          <span className="note">{shown.includes(at.run.id) ? t('frontier.hide') : t('frontier.show')}</span>
        </div>
      )}
    </>
  );
}
