import { CodesBuilder } from '../../core/codes-builder.ts';
import { Random } from '../../core/random.ts';
import { matrix, rowOf } from '../../core/tensor.ts';
import { atlasOfPlanted, dictionaryOf, IMAGE, pack, SHARED, TEXT, type Planted } from './overview.properties.ts';

/** The process of the planted benchmark in small: pairs that share atoms, and atoms of each modality's own. */
function plantedSmall(): Planted {
  const [d, c, n] = [32, 48, 3000];
  const random = new Random(3);
  const kind = Uint8Array.from({ length: c }, (_, i) => (i < 10 ? IMAGE : i < 20 ? TEXT : SHARED));
  const atoms = matrix(c, d, Float32Array.from({ length: c * d }, () => random.normal()));
  for (let i = 0; i < c; i++) {
    const atom = rowOf(atoms, i);
    const norm = Math.hypot(...atom);
    atom.forEach((value, t) => { atom[t] = value / norm; });
  }
  const offset = Array.from({ length: d }, () => random.normal() / Math.sqrt(d));
  const sides = [IMAGE, TEXT].map((own) => ({ own, codes: new CodesBuilder(n, c), x: matrix(n, d) }));
  for (let r = 0; r < n; r++) {
    const shared = new Map<number, number>();
    for (let i = 20; i < c; i++) if (random.uniform() < 2.5 / 28) shared.set(i, 0.4 + random.uniform());
    for (const { own, codes, x } of sides) {
      const z = Array.from({ length: c }, (_, i) => (kind[i] === SHARED ? (shared.get(i) ?? 0) * Math.exp(0.1 * random.normal()) : kind[i] === own && random.uniform() < 0.12 ? 0.4 + random.uniform() : 0));
      const row = Array.from(offset, (value, t) => (own === IMAGE ? 0.6 : -0.6) * value + z.reduce((sum, code, i) => sum + code * (atoms.data[i * d + t] ?? 0), 0.02 * random.normal()));
      const norm = Math.hypot(...row);
      rowOf(x, r).set(row.map((value) => value / norm));
      z.forEach((code, i) => { if (code > 0) codes.push(i, code / norm); });
      codes.endRow();
    }
  }
  const [images, texts] = sides.map(({ x, codes }) => ({ x, codes: codes.finish() }));
  if (images === undefined || texts === undefined) throw new Error('two sides');
  return { kind, rows: pack(dictionaryOf(atoms), images, texts) };
}

atlasOfPlanted('a small planted dictionary', () => Promise.resolve(plantedSmall()));
