/** Cells of a sheet of gallery pictures, sixteen by sixteen of 96 px, as the primitive Sprite cuts them. */
const PER_ROW = 16;
const CELL = 96;

/** Where a gallery picture lies: its sheet, the sheet's side, and the picture's frame there, in pixels. */
export function spriteCell(item: number): { readonly href: string; readonly side: number; readonly frame: string } {
  const cell = item % (PER_ROW * PER_ROW);
  const sheet = String(Math.floor(item / (PER_ROW * PER_ROW))).padStart(2, '0');
  return {
    href: `packs/gallery/sprites/sheet-${sheet}.webp`,
    side: PER_ROW * CELL,
    frame: `${String((cell % PER_ROW) * CELL)} ${String(Math.floor(cell / PER_ROW) * CELL)} ${String(CELL)} ${String(CELL)}`,
  };
}
