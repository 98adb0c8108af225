import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparseCodes } from '../../core/tensor.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { writeCsr } from '../../formats/csr.ts';
import { readNpy, writeNpy } from '../../formats/npy.ts';
import { decodeCommand } from './decode.ts';

const checkpoints = fileURLToPath(new URL('../../../tests/fixtures/checkpoints/', import.meta.url));
interface Dense {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}
const expectedOf = (name: string): Record<'x' | 'codes' | 'recon', Dense> => JSON.parse(readFileSync(`${checkpoints}${name}/expected.json`, 'utf8')) as Record<'x' | 'codes' | 'recon', Dense>;

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'decode-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Codes of the tool itself as a file. */
function saveCodes({ shape: [rows, cols], data }: Dense): string {
  const entries = data.flatMap((value, at) => (value === 0 ? [] : [{ row: Math.floor(at / cols), col: at % cols, value }]));
  const codes: SparseCodes = {
    rows,
    cols,
    indptr: Uint32Array.from({ length: rows + 1 }, (_, r) => entries.filter(({ row }) => row < r).length),
    indices: Uint32Array.from(entries, ({ col }) => col),
    values: Float32Array.from(entries, ({ value }) => value),
  };
  const path = join(folder, 'codes.npz');
  writeFileSync(path, writeCsr(codes));
  return path;
}

function saveRows({ shape, data }: Dense): string {
  const path = join(folder, 'x.npy');
  writeFileSync(path, writeNpy({ dtype: 'float32', shape, data: Float32Array.from(data) }));
  return path;
}

describe('decode', () => {
  it.each(['saelens/standard', 'saelens/jumprelu_saved_from_batchtopk', 'overcomplete/batch_topk_with_sidecar', 'saelens/standard_layer_norm'])('%s: reconstructs what the tool reconstructs', async (name) => {
    const expected = expectedOf(name);
    const out = join(folder, 'out.npy');
    const embeddings = name.endsWith('norm') ? saveRows(expected.x) : undefined;
    const report = await decodeCommand({ dictionary: checkpoints + name, codes: saveCodes(expected.codes), embeddings, out });
    expect(report).toMatchObject({ rows: 12, dimensions: 16 });
    const { shape, dtype, data } = await readNpy(bytesSource('out.npy', readFileSync(out)));
    expect({ shape, dtype }).toEqual({ shape: [12, 16], dtype: 'float32' });
    expected.recon.data.forEach((value, i) => { expect(Number(data[i])).toBeCloseTo(value, 4); });
  });

  it('needs the embeddings where rows were rescaled, and says so', async () => {
    const name = 'saelens/standard_layer_norm';
    const expected = expectedOf(name);
    const args = { dictionary: checkpoints + name, codes: saveCodes(expected.codes), out: join(folder, 'none.npy') };
    await expect(decodeCommand(args)).rejects.toThrow(/rescales each embedding.*Give the embeddings/);
    const other = saveRows({ shape: [2, 16], data: expected.x.data.slice(0, 32) });
    await expect(decodeCommand({ ...args, embeddings: other })).rejects.toThrow(/x\.npy: embeddings \(2, 16\) do not belong to codes of 12 rows/);
    expect(readdirSync(folder)).not.toContain('none.npy');
  });

  it('refuses the codes of another dictionary, and to write over its input', async () => {
    const { codes } = expectedOf('saelens/standard');
    const wide = saveCodes({ shape: [2, 4], data: [1, 0, 0, 2, 0, 0, 3, 0] });
    await expect(decodeCommand({ dictionary: `${checkpoints}saelens/standard`, codes: wide, out: join(folder, 'none.npy') })).rejects.toThrow(/codes\.npz: codes of 4 concepts .* 48\. Use the dictionary/);
    const path = saveCodes(codes);
    await expect(decodeCommand({ dictionary: `${checkpoints}saelens/standard`, codes: path, out: path })).rejects.toThrow(/codes\.npz: --out: .*overwrite/);
  });
});
