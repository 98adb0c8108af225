import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import type { Tool } from './useGesture.ts';

const TOOLS = [{ tool: 'pan', sign: '✥' }, { tool: 'box', sign: '▭' }, { tool: 'lasso', sign: '◌' }] as const;

interface Props {
  readonly tool: Tool;
  /** Whether points can be selected: samples cannot. */
  readonly selects: boolean;
  readonly onTool: (tool: Tool) => void;
  readonly onIn: () => void;
  readonly onOut: () => void;
  readonly onWhole: () => void;
}

/** What the pointer does, and zoom, in a corner of the map. */
export function MapTools({ tool, selects, onTool, onIn, onOut, onWhole }: Props) {
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const { chosen } = useAtlas((s) => ({ chosen: s.view.selection.length > 0 }));
  return (
    <div className="map-tools" role="toolbar" aria-label={t('tools.label')} aria-orientation="vertical">
      {selects && TOOLS.map(({ tool: one, sign }) => (
        <button key={one} type="button" aria-pressed={tool === one} aria-label={t(`tools.${one}`)} title={t(`tools.${one}`)} onClick={() => { onTool(one); }}><span aria-hidden="true">{sign}</span></button>
      ))}
      <button type="button" aria-label={t('tools.in')} title={t('tools.in')} onClick={onIn}><span aria-hidden="true">+</span></button>
      <button type="button" aria-label={t('tools.out')} title={t('tools.out')} onClick={onOut}><span aria-hidden="true">−</span></button>
      <button type="button" aria-label={t('tools.whole')} title={t('tools.whole')} onClick={onWhole}><span aria-hidden="true">⤢</span></button>
      {selects && chosen && <button type="button" aria-label={t('tools.clear')} title={t('tools.clear')} onClick={() => { actions.select([], 'replace'); }}><span aria-hidden="true">✕</span></button>}
    </div>
  );
}
