/** Cells of 96 px, sixteen by sixteen on a sheet; item i is cell i mod 256 of sheet i div 256 (packs/gallery/sprites). */
const PER_ROW = 16;
const PER_SHEET = PER_ROW * PER_ROW;

/** One gallery picture, cut from its sprite sheet. `label` is the alternative text; empty for decoration. */
export function Sprite({ item, size, label }: { readonly item: number; readonly size: number; readonly label: string }) {
  const cell = item % PER_SHEET;
  const sheet = String(Math.floor(item / PER_SHEET)).padStart(2, '0');
  const style = {
    width: size,
    height: size,
    backgroundImage: `url(packs/gallery/sprites/sheet-${sheet}.webp)`,
    backgroundSize: `${String(size * PER_ROW)}px`,
    backgroundPosition: `-${String((cell % PER_ROW) * size)}px -${String(Math.floor(cell / PER_ROW) * size)}px`,
  };
  return label === '' ? (
    <span className="sprite" style={style} aria-hidden="true" />
  ) : (
    <span className="sprite" style={style} role="img" aria-label={label} title={label} />
  );
}
