import { useApp } from '../../app-context.ts';
import type { GapWithoutConcepts } from '../../../engine/atlas/protocol.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages, useText } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { percent, significant } from '../../plots/format.ts';
import { Info } from '../../primitives/Info.tsx';
import { ModalityBar } from '../../primitives/ModalityBar.tsx';
import { useAtlas, useAtlasActions, useColumns, useShown } from '../atlas/atlas-context.ts';
import { useHref } from '../atlas/useHref.ts';
import { Making } from './Making.tsx';

/** What the selected concepts are together, and what the modality gap is without them. */
export function SelectionPanel() {
  const { t: page } = useText();
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const href = useHref();
  const columns = useColumns();
  const shown = useShown();
  const c = useApp((s) => s.pack?.c ?? 0);
  const { selection, gap } = useAtlas((s) => ({ selection: s.view.selection, gap: s.gapWithout }));
  const chosen = selection.filter((concept) => concept < c);
  if (columns === null || chosen.length === 0) return null;
  const sum = (of: Iterable<number>): number => { let total = 0; for (const value of of) if (Number.isFinite(value)) total += value; return total; };
  const energy = sum(chosen.map((i) => columns.energy[i] ?? 0));
  const scores = chosen.map((i) => columns.modality[i] ?? Number.NaN).filter(Number.isFinite);
  const modality = scores.length === 0 ? null : sum(scores) / scores.length;
  const hidden = chosen.filter((i) => shown?.mask[i] === 0).length;
  return (
    <section className="map-selection" aria-labelledby="map-selection">
      <header className="section-head">
        <h3 id="map-selection">{t('selection.title', { n: count(chosen.length) })}</h3>
        {hidden > 0 && <span className="note">{t('selection.hidden', { n: count(hidden) })}</span>}
        <span className="spacer" />
        <button type="button" className="quiet" onClick={() => { actions.select([], 'replace'); }}>{t('tools.clear')}</button>
      </header>
      <dl className="map-facts">
        <div>
          <dt>{t('selection.energy')} <Info about={t('selection.energy')}>{t('inspector.energy.help')}</Info></dt>
          <dd>{t('selection.energy.share', { sum: significant(energy), share: percent(energy / (sum(columns.energy) || 1)) })}</dd>
        </div>
        <div>
          <dt>{t('selection.modality')} <Info about={t('selection.modality')}>{t('selection.modality.help', { n: scores.length })} {page('concept.modality.help')}</Info></dt>
          <dd><ModalityBar score={modality} /> {significant(modality ?? Number.NaN)}</dd>
        </div>
      </dl>
      <p className="map-row">
        <button type="button" disabled={gap?.status === 'making'} onClick={() => void actions.measureGap()}>{t('selection.gap')}</button>
        <Info about={t('selection.gap')}>{t('selection.gap.help')}</Info>
        <a href={href('alignment')}>{t('selection.alignment')}</a>
      </p>
      {gap?.status === 'making' && <Making progress={gap.progress} onCancel={null} />}
      {gap?.status === 'failed' && <p role="alert">{t('selection.failed', { reason: gap.error.message })}</p>}
      {gap?.status === 'ready' && <GapTable gap={gap.value} />}
    </section>
  );
}

function GapTable({ gap: { images, texts, before, after } }: { readonly gap: GapWithoutConcepts }) {
  const { t } = useMessages(mapMessages);
  const rows = [
    { name: t('selection.distance'), values: [before.distance, after.distance] },
    { name: t('selection.separability'), values: [before.separability, after.separability] },
  ];
  return (
    <table className="map-gap">
      <caption className="note">{t('selection.rows', { images: count(images), texts: count(texts) })}</caption>
      <thead><tr><td /><th scope="col">{t('selection.before')}</th><th scope="col">{t('selection.after')}</th></tr></thead>
      <tbody>
        {rows.map(({ name, values: [first, second] }) => (
          <tr key={name}><th scope="row">{name}</th><td>{significant(first ?? Number.NaN)}</td><td>{significant(second ?? Number.NaN)}</td></tr>
        ))}
      </tbody>
    </table>
  );
}
