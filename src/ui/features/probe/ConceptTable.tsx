import { useMemo, useState } from 'react';
import { useActions, useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { probeName } from '../../names.ts';
import { activationScale } from '../../plots/activation.ts';
import { ProbePicture } from '../../primitives/ProbePicture.tsx';
import { columnsOf, sections, type ConceptRowData, type ReadyProbe, type Section } from './columns.ts';
import { ConceptRow } from './ConceptRow.tsx';

/** Rows shown of a section before "Show all". */
const FOLD = 10;
const SORTS = ['activation', 'modality', 'number'] as const;

/** The concepts of the shown probes, side by side: shared, only in pictures, only in texts. */
export function ConceptTable() {
  const { t, language } = useText();
  const actions = useActions();
  const { probes, pair, pack, samples, sort } = useApp((s) => ({
    probes: s.probes, pair: s.pair, pack: s.pack, samples: s.samples, sort: s.view.sort,
  }));
  const columns = useMemo(() => columnsOf(probes, pair), [probes, pair]);
  const modality = pack?.concepts.modality;
  const parts = useMemo(() => sections(columns, sort, modality ?? []), [columns, sort, modality]);
  const names = columns.map((probe) => probeName(probe, probes.indexOf(probe), samples, language, t));
  const scale = activationScale(parts.flatMap((p) => p.rows.flatMap((row) => row.activations)));
  return (
    <section aria-labelledby="concepts-title" className="concepts" style={{ '--columns': columns.length } as React.CSSProperties}>
      <header className="section-head">
        <h2 id="concepts-title">{t('concepts.title')}</h2>
        <span className="note">{t('concepts.count', { n: new Set(parts.flatMap((p) => p.rows.map((row) => row.concept))).size })}</span>
        <span className="spacer" />
        <label className="note">
          {t('concepts.sort')}{' '}
          <select value={sort} onChange={(event) => { actions.setSort(SORTS.find((s) => s === event.target.value) ?? 'activation'); }}>
            {SORTS.map((s) => <option key={s} value={s}>{t(`concepts.sort.${s}`)}</option>)}
          </select>
        </label>
      </header>
      {columns.length > 0 && <div className="concept-head" aria-hidden="true">
        <span>{t('concepts.column.concept')}</span>
        {columns.map((probe, i) => (
          <span key={probe.key} className={`column-name ${probe.kind}`} title={names[i]}>
            <ProbePicture probe={probe} size={20} />
            <span>{names[i]}</span>
          </span>
        ))}
        <span>{t('concepts.column.modality')}</span>
        <span>{t('concepts.column.examples')}</span>
      </div>}
      {columns.length > 0 && parts.every((p) => p.rows.length === 0) && <p className="empty">{t('concepts.none')}</p>}
      {columns.length > 0 && parts.map(({ section, rows }) => (
        <SectionRows key={section} section={section} rows={rows} columns={columns} names={names} scale={scale} />
      ))}
    </section>
  );
}

interface SectionProps {
  readonly section: Section;
  readonly rows: readonly ConceptRowData[];
  readonly columns: readonly ReadyProbe[];
  readonly names: readonly string[];
  readonly scale: ReturnType<typeof activationScale>;
}

function SectionRows({ section, rows, columns, names, scale }: SectionProps) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const shown = open ? rows : rows.slice(0, FOLD);
  return (
    <>
      <h3 className="section-line">
        {t(`concepts.${section}`)}{' '}
        <span className="note">
          {shown.length < rows.length ? t('concepts.showing', { n: shown.length, m: rows.length }) : String(rows.length)}
        </span>
      </h3>
      <ul className="concept-rows" role="list">
        {shown.map((row) => <ConceptRow key={row.concept} row={row} columns={columns} names={names} scale={scale} />)}
      </ul>
      {rows.length > FOLD && (
        <button type="button" className="quiet more" onClick={() => { setOpen(!open); }}>
          {open ? t('concepts.fewer') : t('concepts.more', { n: rows.length })}
        </button>
      )}
    </>
  );
}
