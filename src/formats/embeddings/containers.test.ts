import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countingSource } from '../../../tests/hostile/formats.ts';
import { bytesSource } from '../byte-source.ts';
import { openEmbeddings } from '../embeddings.ts';
import { writeNpy } from '../npy.ts';
import { packNpz } from '../npz.ts';
import { writeSafetensors } from '../safetensors.ts';
import { openEmbeddingPath } from './path-node.ts';

const values = (rows: number, d: number, first = 0): Float32Array => Float32Array.from({ length: rows * d }, (_, at) => first + at / 8);
const npy = (rows: number, d: number, first = 0, dtype: 'float32' | 'float16' = 'float32'): Uint8Array => writeNpy({ dtype, shape: [rows, d], data: values(rows, d, first) });

describe('arrays and tensors in a container', () => {
  it('npz: the only matrix, or the one that is named', async () => {
    const one = bytesSource('a.npz', packNpz(new Map([['ids', writeNpy({ dtype: 'int32', shape: [3], data: new Int32Array(3) })], ['emb', npy(3, 4)]])));
    expect((await (await openEmbeddings(one)).read(1, 3)).data).toEqual(values(3, 4).slice(4));
    const two = bytesSource('a.npz', packNpz(new Map([['image', npy(3, 4)], ['text', npy(3, 4, 7)]])));
    await expect(openEmbeddings(two)).rejects.toThrow(/a\.npz: 2 arrays in it could be the embeddings: image, text/);
    expect((await (await openEmbeddings(two, { column: 'text' })).read(0, 3)).data).toEqual(values(3, 4, 7));
    await expect(openEmbeddings(two, { column: 'audio' })).rejects.toThrow(/no array "audio".* It has image, text/);
    await expect(openEmbeddings(bytesSource('a.npz', packNpz(new Map([['x', writeNpy({ dtype: 'float32', shape: [3], data: new Float32Array(3) })]]))))).rejects.toThrow(/two axes/);
  });

  it('safetensors: in slices, the only matrix or the one that is named', async () => {
    const two = writeSafetensors(new Map([['bias', { shape: [4], data: values(1, 4) }], ['image', { shape: [500, 4], data: values(500, 4) }], ['text', { shape: [2, 4], data: values(2, 4, 5) }]]));
    const counted = countingSource(bytesSource('x.safetensors', two));
    await expect(openEmbeddings(counted)).rejects.toThrow(/image, text/);
    const file = await openEmbeddings(counted, { column: 'image' });
    const before = counted.bytesRead();
    expect((await file.read(400, 402)).data).toEqual(values(500, 4).slice(1600, 1608));
    expect(counted.bytesRead() - before).toBe(32);
    await expect(openEmbeddings(counted, { column: 'bias' })).rejects.toThrow(/two axes/);
    await expect(openEmbeddings(counted, { column: 'audio' })).rejects.toThrow(/no tensor "audio"/);
  });

  it('names the row that holds no number', async () => {
    const data = values(5, 4);
    data[9] = Number.NaN;
    const file = await openEmbeddings(bytesSource('x.safetensors', writeSafetensors(new Map([['x', { shape: [5, 4], data }]]))));
    await expect(file.read(1, 5)).rejects.toThrow(/x\.safetensors: row 2: holds NaN in column 1/);
  });
});

describe('folders', () => {
  let folder = '';
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'embeddings-')); });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  function write(name: string, files: Readonly<Record<string, Uint8Array>>): string {
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, name, path, '..'), { recursive: true });
      writeFileSync(join(folder, name, path), bytes);
    }
    return join(folder, name);
  }

  it('of clip-retrieval: shards in the order of their numbers, images and texts apart', async () => {
    const path = write('clip', {
      'img_emb/img_emb_10.npy': npy(2, 4, 1000),
      'img_emb/img_emb_2.npy': npy(3, 4, 500),
      'text_emb/text_emb_10.npy': npy(2, 4, 64, 'float16'),
      'text_emb/text_emb_2.npy': npy(3, 4, 32, 'float16'),
      'metadata/metadata_2.parquet': new Uint8Array(3),
    });
    const images = await openEmbeddingPath(path, 'images');
    expect([images.rows, images.cols, images.parts?.map(({ name }) => name)]).toEqual([5, 4, ['img_emb_2.npy', 'img_emb_10.npy']]);
    expect((await images.read(2, 4)).data).toEqual(Float32Array.from([...values(3, 4, 500).slice(8), ...values(1, 4, 1000)]));
    expect((await (await openEmbeddingPath(path, 'texts')).read(0, 3)).data).toEqual(values(3, 4, 32));
    expect((await openEmbeddingPath(join(path, 'text_emb'), 'images')).rows).toBe(5);
  });

  it('refuses shards that do not pair or have another dimension', async () => {
    const rows = write('rows', { 'img_emb/img_emb_0.npy': npy(2, 4), 'text_emb/text_emb_0.npy': npy(3, 4) });
    await expect(openEmbeddingPath(rows, 'images')).rejects.toThrow(/img_emb_0\.npy: has 2 rows, and text_emb_0\.npy has 3/);
    const missing = write('missing', { 'img_emb/img_emb_0.npy': npy(2, 4), 'img_emb/img_emb_1.npy': npy(2, 4), 'text_emb/text_emb_0.npy': npy(2, 4) });
    await expect(openEmbeddingPath(missing, 'images')).rejects.toThrow(/img_emb_1\.npy: has no counterpart/);
    const wide = write('wide', { 'img_emb_0.npy': npy(2, 4), 'img_emb_1.npy': npy(2, 5) });
    await expect(openEmbeddingPath(wide, 'images')).rejects.toThrow(/img_emb_1\.npy: its rows have 5 dimensions/);
    const other = write('other', { 'text_emb/text_emb_0.npy': npy(2, 4) });
    await expect(openEmbeddingPath(other, 'images')).rejects.toThrow(/no embeddings of images/);
    await expect(openEmbeddingPath(write('empty', { 'readme.md': new Uint8Array(1) }), 'images')).rejects.toThrow(/holds no embeddings/);
    await expect(openEmbeddingPath(join(folder, 'nowhere'), 'images')).rejects.toThrow(/no such file/);
  });
});
