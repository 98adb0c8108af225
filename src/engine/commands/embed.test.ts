import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosine } from '../../core/metrics.ts';
import { openEncoder } from '../../encoders/transformers-node.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { readNpy } from '../../formats/npy.ts';
import { embedCommand } from './embed.ts';

const MODEL = 'models/mini-clip';
const root = mkdtempSync(join(tmpdir(), 'embed-'));
const images = join(root, 'images');
const textFile = join(root, 'texts.txt');

const picture = (colour: string, width = 80, height = 60) => sharp({ create: { width, height, channels: 3, background: colour } });

async function npy(path: string) {
  const { dtype, shape, data } = await readNpy(bytesSource(path, new Uint8Array(readFileSync(path))));
  return { dtype, shape, data: Float32Array.from(data as Float32Array) };
}

function index(out: string): unknown[] {
  return readFileSync(join(out, 'index.jsonl'), 'utf8').trimEnd().split('\n').map((line): unknown => JSON.parse(line));
}

beforeAll(async () => {
  mkdirSync(join(images, 'sub folder'), { recursive: true });
  writeFileSync(join(images, 'b red.png'), await picture('#c01020').png().toBuffer());
  writeFileSync(join(images, 'a blue.jpg'), await picture('#2040c0', 200, 30).jpeg().toBuffer());
  writeFileSync(join(images, 'sub folder', 'ünï & #1.webp'), await picture('#20a040').webp().toBuffer());
  writeFileSync(join(images, 'no extension'), await picture('#ffffff').png().toBuffer());
  writeFileSync(join(images, 'cut.png'), (await picture('#123456').png().toBuffer()).subarray(0, 60));
  writeFileSync(join(images, 'page.jpg'), '<!doctype html><p>404');
  writeFileSync(join(images, 'captions.jsonl'), '{}\n');
  writeFileSync(join(images, '.hidden.png'), 'x');
  // A byte order mark, both kinds of line ends, and lines with nothing on them.
  writeFileSync(textFile, '\ufeffa red square\r\n\r\n   \nünï — dog\n🦄');
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('cli embed', () => {
  it('writes unit rows of all that can be read, and says what each row is and what could not be read', async () => {
    const out = join(root, 'out', 'new');
    const progress: number[] = [];
    const report = await embedCommand({ model: MODEL, images, texts: textFile, out, onProgress: ({ done }) => progress.push(done) });

    expect(report).toMatchObject({ model: 'mini-clip', dim: 256, images: { rows: 4, of: 6 }, texts: { rows: 3 }, ignored: 1, towers: { image: 'cpu (q8)', text: 'cpu (q8)' } });
    expect(report.failed.map(({ name }) => name)).toEqual(['cut.png', 'page.jpg']);
    for (const { name, reason } of report.failed) {
      expect(reason.length).toBeGreaterThan(10);
      expect(reason).not.toContain(name);
    }
    expect(progress.at(-1)).toBe(9);
    expect(index(out)).toEqual([
      { row: 0, kind: 'image', name: 'a blue.jpg', width: 200, height: 30 },
      { row: 1, kind: 'image', name: 'b red.png', width: 80, height: 60 },
      { row: 2, kind: 'image', name: 'no extension', width: 80, height: 60 },
      { row: 3, kind: 'image', name: 'sub folder/ünï & #1.webp', width: 80, height: 60 },
      { row: 0, kind: 'text', line: 1, text: 'a red square' },
      { row: 1, kind: 'text', line: 4, text: 'ünï — dog' },
      { row: 2, kind: 'text', line: 5, text: '🦄', unread: true },
    ]);
    expect(readdirSync(out).sort()).toEqual(['images.npy', 'index.jsonl', 'texts.npy']);

    const rows = await npy(join(out, 'images.npy'));
    const texts = await npy(join(out, 'texts.npy'));
    expect([rows.dtype, rows.shape, texts.dtype, texts.shape]).toEqual(['float32', [4, 256], 'float32', [3, 256]]);
    for (let r = 0; r < 4; r++) expect(Math.hypot(...rows.data.subarray(r * 256, (r + 1) * 256))).toBeCloseTo(1, 5);

    // Row 1 is the red picture, not the one whose place in the folder was taken by a broken file.
    const encoder = await openEncoder(MODEL);
    const red = { width: 80, height: 60, data: Uint8ClampedArray.from({ length: 80 * 60 * 4 }, (_, i) => [0xc0, 0x10, 0x20, 255][i % 4] ?? 0) };
    expect(cosine((await encoder.embedImages([red])).data, rows.data.subarray(256, 512))).toBeGreaterThan(0.9999);
    expect(cosine((await encoder.embedTexts(['ünï — dog'])).data, texts.data.subarray(256, 512))).toBeGreaterThan(0.9999);
    await encoder.dispose();
  });

  it('replaces an earlier result, but not half of one', async () => {
    const out = join(root, 'again');
    const texts = join(root, 'one.txt');
    writeFileSync(texts, 'dog\ncat\n');
    await embedCommand({ model: MODEL, texts, out });
    writeFileSync(texts, 'dog\n');
    expect(await embedCommand({ model: MODEL, texts, out })).toMatchObject({ texts: { rows: 1 }, images: { rows: 0, of: 0 } });
    expect((await npy(join(out, 'texts.npy'))).shape).toEqual([1, 256]);
    expect(index(out)).toHaveLength(1);
    await expect(embedCommand({ model: MODEL, images, out })).rejects.toMatchObject({ name: 'InputError', place: { file: out } });
  });

  it('writes an empty table beside the texts when no picture can be read', async () => {
    const broken = join(root, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'x.png'), '');
    const out = join(root, 'half');
    expect(await embedCommand({ model: MODEL, images: broken, texts: textFile, out })).toMatchObject({ images: { rows: 0, of: 1 }, texts: { rows: 3 } });
    expect((await npy(join(out, 'images.npy'))).shape).toEqual([0, 256]);
    await expect(embedCommand({ model: MODEL, images: broken, out: join(root, 'none') })).rejects.toThrow(/none of its 1 pictures could be read.*x\.png/);
    expect(readdirSync(join(root, 'none'))).toEqual([]);
  });

  it('marks texts of which the model knows no part, and keeps rows and lines aligned', async () => {
    const file = join(root, 'scripts.txt');
    writeFileSync(file, 'a cat\n猫\n東京\n');
    const out = join(root, 'scripts');
    expect(await embedCommand({ model: MODEL, texts: file, out })).toMatchObject({ texts: { rows: 3 }, unread: [2, 3] });
    const rows = readFileSync(join(out, 'index.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { unread?: boolean });
    expect(rows.map((row) => row.unread === true)).toEqual([false, true, true]);
  });

  it('names the argument that does not work', async () => {
    const out = join(root, 'unused');
    const latin1 = join(root, 'latin1.txt');
    writeFileSync(latin1, Buffer.from([0x66, 0xfc, 0x72]));
    const empty = join(root, 'empty.txt');
    writeFileSync(empty, '\n \n');
    await expect(embedCommand({ model: MODEL, out })).rejects.toThrow(/nothing to embed.*--images/);
    const cases: [Parameters<typeof embedCommand>[0], string][] = [
      [{ model: MODEL, images: join(root, 'nowhere'), out }, join(root, 'nowhere')],
      [{ model: MODEL, images: textFile, out }, textFile],
      [{ model: MODEL, texts: join(root, 'nowhere.txt'), out }, join(root, 'nowhere.txt')],
      [{ model: MODEL, texts: latin1, out }, latin1],
      [{ model: MODEL, texts: empty, out }, empty],
      [{ model: join(root, 'images'), texts: textFile, out }, join(root, 'images', 'config.json')],
      [{ model: MODEL, texts: textFile, out: textFile }, textFile],
    ];
    for (const [args, file] of cases) await expect(embedCommand(args)).rejects.toMatchObject({ name: 'InputError', place: { file } });
  });
});
