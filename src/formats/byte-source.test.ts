import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseName, blobSource, bytesSource, type ByteSource } from './byte-source.ts';
import { dictionarySources, fileSource } from './file-source-node.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sources-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const BYTES = Uint8Array.of(10, 11, 12, 13, 14);
const SOURCES: Readonly<Record<string, () => Promise<ByteSource>>> = {
  bytes: async () => bytesSource('dir/x.dat', BYTES),
  blob: async () => blobSource(new Blob([BYTES]), 'dir/x.dat'),
  file: async () => {
    writeFileSync(join(folder, 'x.dat'), BYTES);
    return fileSource(join(folder, 'x.dat'));
  },
};

describe.each(Object.keys(SOURCES))('byte source over %s', (kind) => {
  it('gives the bytes asked for', async () => {
    const source = await SOURCES[kind]?.();
    expect(source?.byteLength).toBe(5);
    expect([...((await source?.slice(1, 4)) ?? [])]).toEqual([11, 12, 13]);
    expect([...((await source?.slice(2, 2)) ?? [])]).toEqual([]);
    expect(source && baseName(source)).toBe('x.dat');
  });
});

describe('files on disk', () => {
  it('refuses what is not there, what is no file, and a file that shrinks', async () => {
    await expect(fileSource(join(folder, 'none'))).rejects.toThrow(/none: no such file/);
    await expect(fileSource(folder)).rejects.toThrow(/not a file/);
    const path = join(folder, 'shrinks');
    writeFileSync(path, BYTES);
    const source = await fileSource(path);
    truncateSync(path, 2);
    await expect(source.slice(0, 5)).rejects.toThrow(/shrinks: the file became shorter/);
  });

  it('hands over the files of a dictionary: weights and settings, nothing else', async () => {
    for (const name of ['cfg.json', 'sae_weights.safetensors', 'README.md', 'expected.json'])
      writeFileSync(join(folder, name), 'x');
    const names = async (path: string): Promise<string[]> => (await dictionarySources(path)).map(baseName).sort();
    expect(await names(folder)).toEqual(['cfg.json', 'sae_weights.safetensors']);
    expect(await names(join(folder, 'sae_weights.safetensors'))).toEqual(['cfg.json', 'sae_weights.safetensors']);
    rmSync(join(folder, 'cfg.json'));
    rmSync(join(folder, 'sae_weights.safetensors'));
    await expect(dictionarySources(folder)).rejects.toThrow(/the folder holds no dictionary file\. It needs/);
  });
});
