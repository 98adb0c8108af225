import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import type { Matrix, SparseCodes } from '../../core/tensor.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { readEmbeddings } from '../../formats/embeddings.ts';
import { openNpz } from '../../formats/npz.ts';
import { atlasOfPlanted, dictionaryOf, pack, type Planted } from './overview.properties.ts';

const folder = fileURLToPath(new URL('../../../../shared/fixtures/planted/', import.meta.url));
const there = existsSync(folder);
if (!there) console.warn(`skipped: the atlas of the planted benchmark, which is not in ${folder}`);

const source = (name: string) => bytesSource(name, new Uint8Array(readFileSync(folder + name)));

/** The benchmark's codes are CSR without SciPy's own member `format`. */
async function codesOf(name: string, atoms: Matrix, rows: number): Promise<SparseCodes> {
  const npz = await openNpz(source(name));
  const numbers = async (member: string): Promise<number[]> => Array.from((await npz.read(member)).data, Number);
  return { rows, cols: atoms.rows, indptr: Uint32Array.from(await numbers('indptr')), indices: Uint32Array.from(await numbers('indices')), values: Float32Array.from(await numbers('data')) };
}

async function benchmark(): Promise<Planted> {
  const atoms = await readEmbeddings(source('atoms.npy'));
  const side = async (name: string): Promise<{ x: Matrix; codes: SparseCodes }> => {
    const x = await readEmbeddings(source(`${name}.npy`));
    return { x, codes: await codesOf(`codes_${name}.npz`, atoms, x.rows) };
  };
  const kind = new Uint8Array(readFileSync(`${folder}atom_modality.npy`)).slice(-atoms.rows);
  return { kind, rows: pack(dictionaryOf(atoms), await side('images'), await side('texts')) };
}

describe.skipIf(!there)('the planted benchmark', () => {
  atlasOfPlanted('its true dictionary', benchmark);
});
