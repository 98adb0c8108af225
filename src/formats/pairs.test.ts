import { describe, expect, it } from 'vitest';
import { bytesSource } from './byte-source.ts';
import { readPairs } from './pairs.ts';

const read = (text: string): Promise<Uint32Array> => readPairs(bytesSource('pairs.csv', new TextEncoder().encode(text)), 3, 5);

describe('lists of pairs', () => {
  it('reads pairs with and without a header, whatever the separator', async () => {
    expect([...(await read('image,text\n0,4\r\n2, 1\n\n'))]).toEqual([0, 4, 2, 1]);
    expect([...(await read('1;0\n2\t3'))]).toEqual([1, 0, 2, 3]);
  });

  it.each([
    ['0,5', /pairs\.csv: line 1: there is no text row 5: there are 5/u],
    ['0,1\n3,1', /line 2: there is no image row 3/u],
    ['0,1\n1', /line 2: this is no pair/u],
    ['0,-1', /line 1: this is no pair/u],
    ['0.5,1', /line 1: this is no pair/u],
    ['', /there is no pair in it/u],
    ['image,text\n', /there is no pair in it/u],
  ])('refuses %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
