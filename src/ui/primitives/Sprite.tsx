import { useEffect } from 'react';
import { useActions, useApp } from '../app-context.ts';
import { gallerySheet, spriteCell } from '../plots/map/sprite-cell.ts';

interface Props {
  readonly item: number;
  readonly size: number;
  /** The alternative text; empty for decoration. */
  readonly label: string;
  /** A picture of the embedded gallery, whatever pack is open. */
  readonly embedded?: boolean;
}

/** One picture of the open pack, cut from its sheet; a plain tile where the pack has no pictures. */
export function Sprite({ item, size, label, embedded = false }: Props) {
  const { sheet, side, left, top, cell } = spriteCell(item);
  const address = useSheet(sheet, embedded);
  const scale = size / cell;
  const style = {
    width: size,
    height: size,
    ...(address === null ? {} : { backgroundImage: `url(${address})`, backgroundSize: `${String(side * scale)}px`, backgroundPosition: `-${String(left * scale)}px -${String(top * scale)}px` }),
  };
  return label === '' ? (
    <span className="sprite" style={style} aria-hidden="true" />
  ) : (
    <span className="sprite" style={style} role="img" aria-label={label} title={label} />
  );
}

/** Address of a sheet of the open pack; null while it is fetched, and where there is none. */
export function useSheet(sheet: number, embedded = false): string | null {
  const actions = useActions();
  const { pictures, own } = useApp((s) => ({ pictures: embedded ? 'gallery' : (s.pack?.pictures ?? 'gallery'), own: s.sheets.get(sheet) ?? null }));
  const wanted = pictures === 'own' && own === null;
  useEffect(() => {
    if (wanted) void actions.loadSheet(sheet);
  }, [actions, sheet, wanted]);
  return pictures === 'gallery' ? gallerySheet(sheet) : pictures === 'own' ? own : null;
}
