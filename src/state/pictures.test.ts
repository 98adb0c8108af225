import { describe, expect, it } from 'vitest';
import type { ProbeReadout } from '../core/readout.ts';
import { TabPictures } from './pictures.ts';

const readout = (concept: number): ProbeReadout => ({
  kind: 'image', text: null, item: null, cosine: 1, code: { indices: Uint32Array.of(concept), values: [1] }, neighbours: { images: [], texts: [] },
});

describe('pictures kept for a tab', () => {
  it('come back for the same code, and only for it', async () => {
    const stored = new Map<string, string>();
    const storage = { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => void stored.set(key, value) };
    await new TabPictures(storage).keep(readout(3), new Blob([Uint8Array.of(0, 255, 7)], { type: 'image/webp' }), 'a.jpg');
    expect(new TabPictures(storage).find(readout(3))).toEqual({ url: 'data:image/webp;base64,AP8H', name: 'a.jpg' });
    expect(new TabPictures(storage).find(readout(4))).toBeNull();
  });

  it('are not missed when storage is full, off, or holds something else', async () => {
    const full = { getItem: () => '{"url":"javascript:alert(1)","name":"x"}', setItem: () => { throw new Error('quota'); } };
    await new TabPictures(full).keep(readout(1), new Blob(['x']), 'x');
    expect(new TabPictures(full).find(readout(1))).toBeNull();
    const off = { getItem: () => { throw new Error('off'); }, setItem: () => undefined };
    expect(new TabPictures(off).find(readout(1))).toBeNull();
  });
});
