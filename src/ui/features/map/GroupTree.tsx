import { useEffect, useId } from 'react';
import type { AtlasGroup } from '../../../engine/atlas/protocol.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { Info } from '../../primitives/Info.tsx';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { Making } from './Making.tsx';
import { SelectField } from './SelectField.tsx';

const KINDS = ['direction', 'coactivation'] as const;

/** A button with the tree of groups behind it: names, sizes, and each as filter, selection and colours. */
export function GroupTree() {
  const { t } = useMessages(mapMessages);
  const id = useId();
  return (
    <>
      <button type="button" popoverTarget={id}>{t('tree.button')}</button>
      <div id={id} popover="auto" role="group" aria-label={t('tree.button')} className="popover map-tree"><Tree /></div>
    </>
  );
}

function Tree() {
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const { kind, made, group } = useAtlas((s) => ({ kind: s.view.groups, made: s.groups.get(s.view.groups), group: s.view.filters.group }));
  const { pack } = useAtlas((s) => ({ pack: s.pack }));
  useEffect(() => { if (pack !== null) void actions.needGroups(kind); }, [pack, kind, actions]);
  return (
    <>
      <p className="map-row">
        <SelectField label={t('groups.label')} value={kind} options={KINDS.map((value) => ({ value, text: t(`groups.${value}`) }))} onChange={(value) => { actions.setView({ groups: value }); actions.setFilters({ group: null }); }} />
        <Info about={t('tree.button')}>{t('tree.help')}</Info>
        {group !== null && <button type="button" onClick={() => { actions.setFilters({ group: null }); }}>{t('filters.group.clear')}</button>}
      </p>
      {made?.status === 'making' && <Making progress={made.progress} onCancel={null} />}
      {made?.status === 'failed' && <p role="alert">{t('failed.groups', { reason: made.error.message })} <button type="button" onClick={() => void actions.needGroups(kind)}>{t('failed.retry')}</button></p>}
      {made?.status === 'ready' && (
        <>
          <p className="note">{t('tree.count', { n: count(made.value.grouped), m: count(made.value.of) })}</p>
          <Branch groups={made.value.groups} parent={null} />
        </>
      )}
    </>
  );
}

function Branch({ groups, parent }: { readonly groups: readonly AtlasGroup[]; readonly parent: number | null }) {
  return <ul>{groups.filter((one) => one.parent === parent).map((one) => <li key={one.id}><Node group={one} groups={groups} /></li>)}</ul>;
}

function Node({ group, groups }: { readonly group: AtlasGroup; readonly groups: readonly AtlasGroup[] }) {
  const { t, language } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const { only } = useAtlas((s) => ({ only: s.view.filters.group === group.id }));
  const name = language === 'ja' ? (group.nameJa ?? group.name) : group.name;
  const head = (
    <>
      <span className="tree-name">{name}</span> <span className="note">{count(group.members.length)}</span>
    </>
  );
  const tools = (
    <span className="tree-tools">
      <button type="button" className="quiet" aria-pressed={only} aria-label={t('tree.only', { name })} onClick={() => { actions.setView({ colour: 'group' }); actions.setFilters({ group: only ? null : group.id }); }}>{t('tree.only.short')}</button>
      <button type="button" className="quiet" aria-label={t('tree.select', { name })} onClick={() => { actions.select(group.members, 'replace'); }}>{t('tree.select.short')}</button>
    </span>
  );
  if (!groups.some(({ parent }) => parent === group.id)) return <span className="tree-leaf">{head} {tools}</span>;
  return (
    <>
      <details><summary>{head}</summary><Branch groups={groups} parent={group.id} /></details>
      {tools}
    </>
  );
}
