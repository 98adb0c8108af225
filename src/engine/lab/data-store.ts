import * as v from 'valibot';
import { IntegrityError } from '../../core/errors.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { readEmbeddings } from '../../formats/embeddings.ts';
import { parseStrictJson, decodeUtf8 } from '../../formats/json.ts';
import { writeNpy } from '../../formats/npy.ts';
import { readPairs } from '../../formats/pairs.ts';
import { matrix, type Matrix } from '../../core/tensor.ts';
import type { Folder } from './folder.ts';
import { describeRows, type LabRows } from './rows.ts';

const about = v.object({ kind: v.picklist(['files', 'items']), title: v.pipe(v.string(), v.maxLength(500)), d: v.pipe(v.number(), v.integer(), v.minValue(1)) });

/** Keeps rows, so that a run can go on after a reload. Throws InputError when there is no room. */
export async function keepRows(folder: Folder, rows: LabRows): Promise<void> {
  const path = `data/${rows.info.id}`;
  // Written last, and looked for first: data without it are not whole.
  if ((await folder.read(`${path}/about.json`)) !== null) return;
  for (const part of ['images', 'texts'] as const) {
    const { rows: n, cols, data } = rows[part];
    if (n > 0) await folder.write(`${path}/${part}.npy`, Uint8Array.from(writeNpy({ dtype: 'float32', shape: [n, cols], data })));
  }
  const lines = Array.from({ length: rows.pairs.length / 2 }, (_, i) => `${rows.pairs[2 * i] ?? 0},${rows.pairs[2 * i + 1] ?? 0}`);
  if (lines.length > 0) await folder.write(`${path}/pairs.csv`, text(lines.join('\n')));
  const { kind, title, d } = rows.info;
  await folder.write(`${path}/about.json`, text(JSON.stringify({ kind, title, d })));
}

/** Rows kept under `id`, or null where there are none. Throws IntegrityError when they are not what they were. */
export async function keptRows(folder: Folder, id: string): Promise<LabRows | null> {
  const path = `data/${id}`;
  const stored = await folder.read(`${path}/about.json`);
  if (stored === null) return null;
  const file = `${path}/about.json`;
  const parsed = v.safeParse(about, parseStrictJson(decodeUtf8(stored, { file }), { file }));
  if (!parsed.success) throw new IntegrityError('it does not describe kept rows.', { file });
  const { kind, title, d } = parsed.output;
  const part = async (name: string): Promise<Matrix> => {
    const bytes = await folder.read(`${path}/${name}.npy`);
    return bytes === null ? matrix(0, d) : readEmbeddings(bytesSource(`${path}/${name}.npy`, bytes));
  };
  const [images, texts] = [await part('images'), await part('texts')];
  const list = await folder.read(`${path}/pairs.csv`);
  const pairs = list === null ? new Uint32Array() : await readPairs(bytesSource(`${path}/pairs.csv`, list), images.rows, texts.rows);
  const rows = await describeRows({ images, texts, pairs }, { kind, title }, []);
  if (rows.info.id !== id) throw new IntegrityError('the kept rows are not those of the run.', { file: path, fix: 'Choose the data again.' });
  return rows;
}

function text(content: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(content));
}
