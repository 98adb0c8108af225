import { useId, useState } from 'react';
import type { AtlasFilters, Range } from '../../../core/permalink/atlas-view.ts';
import { defaultAtlasView } from '../../../core/permalink/atlas-view.ts';
import type { Shown } from '../../../state/atlas/columns.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';

const RANGES = ['energy', 'modality', 'frequency'] as const;

/** A button with the filters behind it, and how many of them are set. */
export function Filters({ shown }: { readonly shown: Shown }) {
  const { t, language } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const { filters, groups } = useAtlas((s) => ({ filters: s.view.filters, groups: s.groups.get(s.view.groups) }));
  const id = useId();
  const set = activeFilters(filters);
  const group = filters.group === null || groups?.status !== 'ready' ? undefined : groups.value.groups.find((one) => one.id === filters.group);
  const name = group === undefined ? `#${String(filters.group)}` : language === 'ja' ? (group.nameJa ?? group.name) : group.name;
  return (
    <>
      <button type="button" popoverTarget={id}>{set === 0 ? t('filters.button') : t('filters.active', { n: set })}</button>
      <div id={id} popover="auto" role="group" aria-label={t('filters.button')} className="popover map-filters">
        <label className="map-check">
          <input type="checkbox" checked={filters.dead} onChange={(event) => { actions.setFilters({ dead: event.target.checked }); }} /> <span>{t('filters.dead')}</span> <span className="note">{count(shown.dead)}</span>
        </label>
        <label className="map-check">
          <input type="checkbox" checked={filters.alwaysOn} onChange={(event) => { actions.setFilters({ alwaysOn: event.target.checked }); }} /> <span>{t('filters.alwaysOn')}</span> <span className="note">{count(shown.alwaysOn)}</span>
        </label>
        {RANGES.map((key) => <RangeField key={key} name={t(`colour.${key}`)} range={filters[key]} onChange={(range) => { actions.setFilters({ [key]: range }); }} />)}
        {filters.group !== null && (
          <p className="map-group">{t('filters.group', { name })} <button type="button" className="quiet" aria-label={t('filters.group.clear')} onClick={() => { actions.setFilters({ group: null }); }}>✕</button></p>
        )}
        <p className="map-row">
          <button type="button" disabled={set === 0} onClick={() => { actions.setFilters(defaultAtlasView.filters); }}>{t('filters.reset')}</button>
          <Info about={t('filters.button')}>{t('filters.help')}</Info>
        </p>
      </div>
    </>
  );
}

/** How many filters differ from what is usual. */
function activeFilters(filters: AtlasFilters): number {
  const ranges = RANGES.filter((key) => filters[key].some((bound) => bound !== null)).length;
  return Number(filters.dead) + Number(filters.alwaysOn) + ranges + Number(filters.group !== null);
}

function RangeField({ name, range: [low, high], onChange }: { readonly name: string; readonly range: Range; readonly onChange: (range: Range) => void }) {
  const { t } = useMessages(mapMessages);
  return (
    <p className="map-range">
      <span>{name}</span>
      <BoundField name={t('filters.low', { what: name })} value={low} onChange={(value) => { onChange([value, high]); }} />
      <span aria-hidden="true">–</span>
      <BoundField name={t('filters.high', { what: name })} value={high} onChange={(value) => { onChange([low, value]); }} />
    </p>
  );
}

function BoundField({ name, value, onChange }: { readonly name: string; readonly value: number | null; readonly onChange: (value: number | null) => void }) {
  const { t } = useMessages(mapMessages);
  const [typed, setTyped] = useState('');
  // What is typed stays as it is, “0.” too, while it means the bound that is set.
  const text = boundOf(typed) === value ? typed : String(value ?? '');
  return (
    <input
      type="number" step="any" min={0} aria-label={name} placeholder={t('filters.any')} value={text}
      onChange={(event) => { setTyped(event.target.value); onChange(boundOf(event.target.value)); }}
    />
  );
}

function boundOf(text: string): number | null {
  return text.trim() === '' || !Number.isFinite(Number(text)) ? null : Number(text);
}
