import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNpy } from '../formats/npy.ts';
import { run } from './run.ts';

const dictionary = fileURLToPath(new URL('../../tests/fixtures/checkpoints/saelens/topk', import.meta.url));
let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'shards-'))));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

async function cli(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await run(argv, { out: (text) => (out += text), err: (text) => (err += text) });
  return { code, out, err };
}

describe('pack stats and pack merge', () => {
  it('take shards and parts as words', async () => {
    const rows = join(folder, 'rows.npy');
    writeFileSync(rows, writeNpy({ dtype: 'float32', shape: [1500, 16], data: Float32Array.from({ length: 1500 * 16 }, (_, at) => Math.sin(at) / 3) }));
    const part = (name: string): string => join(folder, name);
    const common = ['--dictionary', dictionary, '--images', rows, '--normalise'];
    for (const index of ['0', '1']) expect(await cli('pack', 'stats', ...common, '--shard', `${index}/2`, '--out', part(index))).toMatchObject({ code: 0, err: '' });
    expect((await cli('pack', 'stats', ...common, '--out', part('all'))).out).toMatch(/^All rows: 1500 of 1500 images, 0 of 0 texts\nR² /);
    expect((await cli('pack', 'merge', part('1'), part('0'), '--out', part('merged'))).out).toMatch(/^2 parts: 1500 images/);
    expect(readFileSync(part('merged')).equals(readFileSync(part('all')))).toBe(true);
    const json = await cli('pack', 'merge', part('1'), part('0'), '--out', part('merged'), '--json', '--dictionary', dictionary);
    expect(JSON.parse(json.out)).toMatchObject({ parts: 2, rows: { images: 1500, texts: 0 }, metrics: { r2Text: null, bridgePairs: null } });
    expect(await cli('pack', 'merge', part('1'), '--out', part('x'))).toMatchObject({ code: 2, err: expect.stringContaining('rows 0 to 1023 of 1500 are in none of the 1 parts (shards 0/2)') as string });
    expect((await cli('pack', 'merge', '--help')).out).toContain('pack merge PART... [options]');
    expect((await cli('pack', 'stats', 'word', ...common, '--out', part('x'))).code).toBe(2);
  });
});
