import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../tests/fixtures/preprocess/goldens.ts';
import { InputError } from '../../core/errors.ts';
import { preprocessCommand } from './preprocess.ts';

const folder = new URL('../../../tests/fixtures/preprocess/', import.meta.url);
const miniClip = fileURLToPath(new URL('../../../models/mini-clip', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'preprocess-'));
const path = (name: string, content?: string | Uint8Array): string => {
  const file = join(scratch, name);
  if (content !== undefined) writeFileSync(file, content);
  return file;
};

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

function readValues(file: string): { header: string; data: Buffer } {
  const npy = readFileSync(file);
  const start = 10 + npy.readUInt16LE(8);
  return { header: npy.toString('latin1', 10, start), data: npy.subarray(start) };
}

describe('preprocessCommand', () => {
  it('writes the golden pixel values of a config', async () => {
    const golden = readManifest(folder).images.find(({ name }) => name === 'noise_odd');
    const json = { image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: 64 }, crop_size: 64 };
    const out = path('x.npy');
    const image = fileURLToPath(new URL('images/noise_odd.png', folder));
    const report = await preprocessCommand({ config: path('p.json', JSON.stringify(json)), image, out });
    expect(report).toEqual({ out, shape: [3, 64, 64], dtype: 'float32', alpha: 'drop' });
    const { header, data } = readValues(out);
    expect(header).toContain("'descr': '<f4'");
    expect(header).toContain('(3, 64, 64)');
    expect(createHash('sha256').update(data).digest('hex')).toBe(golden?.variants['clip64']?.sha256);
  });

  it('blends over white for mini-clip, and drops alpha for its config alone', async () => {
    const image = path('clear.png', encode({ width: 2, height: 2, channels: 4, data: new Uint8Array(16) }));
    const out = path('y.npy');
    const values = (): Float32Array => {
      const { data } = readValues(out);
      return new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
    };
    expect(await preprocessCommand({ model: miniClip, image, out })).toMatchObject({ alpha: 'white', shape: [3, 64, 64] });
    expect(new Set(values())).toEqual(new Set([1]));
    expect(await preprocessCommand({ config: join(miniClip, 'preprocessor_config.json'), image, out })).toMatchObject({ alpha: 'drop' });
    expect(new Set(values())).toEqual(new Set([-1]));
  });

  it('preprocesses for a model that cannot be embedded with', async () => {
    path('config.json', '{"model_type": "siglip"}');
    path('preprocessor_config.json', '{"image_processor_type": "SiglipImageProcessor", "size": {"height": 6, "width": 5}}');
    const image = path('a.png', encode({ width: 2, height: 2, channels: 3, data: new Uint8Array(12) }));
    expect(await preprocessCommand({ model: scratch, image, out: path('z.npy') })).toMatchObject({ shape: [3, 6, 5], alpha: 'drop' });
  });

  it('names the file that is wrong', async () => {
    const image = path('b.png', encode({ width: 2, height: 2, channels: 3, data: new Uint8Array(12) }));
    const config = path('ok.json', '{}');
    const out = path('w.npy');
    const cases: [Parameters<typeof preprocessCommand>[0], RegExp][] = [
      [{ image, out }, /--model: give exactly one/],
      [{ image, out, config, model: scratch }, /--model: give exactly one/],
      [{ image: path('none.png'), out, config }, /none\.png: no such file/],
      [{ image, out, config: path('broken.json', '{"size": ') }, /broken\.json: .*not valid JSON/],
      [{ image, out, config: path('zero.json', '{"size": 0}') }, /zero\.json: size: must be/],
      [{ image, out, config: path('large.json', ' '.repeat(2 ** 20 + 1)) }, /large\.json: is too large/],
      [{ image: path('text.png', 'words'), out, config }, /text\.png: not an image/],
      [{ image, out: join(scratch, 'nowhere', 'w.npy'), config }, /w\.npy: --out: cannot be written \(ENOENT\)/],
      [
        {
          image: path('thin.png', encode({ width: 9000, height: 1, channels: 1, data: new Uint8Array(9000) })),
          out,
          config: path('uncropped.json', '{"size": 4096, "do_center_crop": false}'),
        },
        /thin\.png: size: 9000 × 1 would become/,
      ],
    ];
    for (const [given, reason] of cases) {
      const error: unknown = await preprocessCommand(given).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InputError);
      expect(String(error)).toMatch(reason);
    }
  });
});
