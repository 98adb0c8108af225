/** Cells of a sheet of pictures, sixteen by sixteen of 96 px. */
const PER_ROW = 16;
const CELL = 96;

/** Where a picture lies: the number of its sheet, the sheet's width, and the picture's frame there, in pixels. */
export function spriteCell(item: number): { readonly sheet: number; readonly side: number; readonly left: number; readonly top: number; readonly cell: number } {
  const cell = item % (PER_ROW * PER_ROW);
  return { sheet: Math.floor(item / (PER_ROW * PER_ROW)), side: PER_ROW * CELL, left: (cell % PER_ROW) * CELL, top: Math.floor(cell / PER_ROW) * CELL, cell: CELL };
}

/** Address of a sheet of the embedded gallery's pictures. */
export function gallerySheet(n: number): string {
  return `packs/gallery/sprites/sheet-${String(n).padStart(2, '0')}.webp`;
}
