import { useMemo, useState } from 'react';
import { useApp } from '../../app-context.ts';
import { mapMessages, type MapMessage } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { percent, significant } from '../../plots/format.ts';
import { nextSort, pageOf, sortedConcepts, type Sort, type SortKey } from '../../plots/map/rows.ts';
import { useAtlas, useAtlasActions, useColumns, useShown } from '../atlas/atlas-context.ts';
import { ConceptName } from '../atlas/ConceptName.tsx';
import { useConceptName } from '../atlas/useConceptName.ts';
import { Pager } from './Pager.tsx';

/** Rows of a page. */
const PAGE = 100;
const NONE = new Float64Array(0);

const COLUMNS: readonly { readonly key: SortKey; readonly name: MapMessage }[] = [
  { key: 'concept', name: 'table.number' },
  { key: 'label', name: 'table.name' },
  { key: 'modality', name: 'legend.modality' },
  { key: 'energy', name: 'legend.energy' },
  { key: 'frequency', name: 'legend.frequency' },
  { key: 'stability', name: 'colour.stability' },
  { key: 'gap', name: 'legend.gap' },
];

/** The concepts on the map, or those selected, as a table that sorts by its heads. */
export function MapTable() {
  const { t } = useMessages(mapMessages);
  const name = useConceptName();
  const columns = useColumns();
  const shown = useShown();
  const actions = useAtlasActions();
  const c = useApp((s) => s.pack?.c ?? 0);
  const { selection, atlas } = useAtlas((s) => ({ selection: s.view.selection, atlas: s.atlas }));
  const [sort, setSort] = useState<Sort>({ key: 'energy', rising: false });
  const [page, setPage] = useState(0);
  const [only, setOnly] = useState(false);
  const gap = atlas?.status === 'ready' ? atlas.value.cosineToGap : NONE;
  const chosen = useMemo(() => new Set(selection), [selection]);
  const selected = only && selection.length > 0;
  const rows = useMemo(() => {
    if (columns === null) return [];
    const concepts = selected ? selection.filter((i) => i < c) : [...(shown?.mask.keys() ?? [])].filter((i) => shown?.mask[i] === 1);
    return sortedConcepts(concepts, { label: name, modality: columns.modality, energy: columns.energy, frequency: columns.frequency, stability: columns.stability, gap }, sort);
  }, [columns, selected, selection, c, shown, name, gap, sort]);
  if (columns === null) return null;
  const part = pageOf(rows, page, PAGE);
  const sortBy = (key: SortKey): void => {
    setSort(nextSort(sort, key));
    setPage(0);
  };
  return (
    <div className="map-table">
      <div className="map-row">
        {selection.length > 0 && <label className="map-check"><input type="checkbox" checked={only} onChange={(event) => { setOnly(event.target.checked); setPage(0); }} /> {t('table.only')} <span className="note">{count(selection.length)}</span></label>}
        <span className="spacer" />
        <Pager part={part} of={rows.length} onPage={setPage} />
      </div>
      <table>
        <caption className="visually-hidden">{selected ? t('table.selection') : t('table.concepts')}</caption>
        <thead>
          <tr>
            <td />
            {COLUMNS.map(({ key, name: head }) => (
              <th key={key} scope="col" className={key === 'label' ? '' : 'number'} aria-sort={sort.key !== key ? 'none' : sort.rising ? 'ascending' : 'descending'}>
                <button type="button" className="quiet" onClick={() => { sortBy(key); }}>{t(head)}<span aria-hidden="true">{sort.key !== key ? '' : sort.rising ? ' ↑' : ' ↓'}</span></button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {part.rows.map((i) => (
            <tr key={i}>
              <td><input type="checkbox" aria-label={`${name(i)} ${String(i)}`} checked={chosen.has(i)} onChange={(event) => { actions.select([i], event.target.checked ? 'add' : 'remove'); }} /></td>
              <td className="number">{i}</td>
              <th scope="row"><ConceptName concept={i} /></th>
              <td className="number">{significant(columns.modality[i] ?? Number.NaN)}</td>
              <td className="number">{significant(columns.energy[i] ?? Number.NaN)}</td>
              <td className="number">{percent(columns.frequency[i] ?? 0)}</td>
              <td className="number">{significant(columns.stability[i] ?? Number.NaN)}</td>
              <td className="number">{significant(gap[i] ?? Number.NaN)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
