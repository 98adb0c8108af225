import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FROZEN, frozenFolder } from '../../../tests/fixtures/packs/load.ts';
import { InputError, IntegrityError } from '../../core/errors.ts';
import { diskSource } from '../../packs/sources/folder-node.ts';
import { openTravelled } from '../../packs/sources/open.ts';
import { packPublishCommand } from './pack-publish.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pack-publish-'));

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

async function failure(promise: Promise<unknown>): Promise<InputError> {
  const error: unknown = await promise.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

describe('pack publish', () => {
  it('writes a folder and a zip that open again with the same hash, and can themselves be published', async () => {
    const out = join(scratch, 'a/b');
    mkdirSync(join(scratch, 'a'));
    const report = await packPublishCommand({ pack: frozenFolder('v1'), out, zip: true, licence: 'CC0-1.0' });
    expect(report).toMatchObject({ out, zip: `${out}.zip`, id: 'tiny', hash: FROZEN.v1 });
    expect(readdirSync(out).sort()).toEqual([...new Set(report.files.map((name) => name.split('/')[0]))].sort());
    expect(report.notes.join()).toMatch(/no pictures/);
    const again = await packPublishCommand({ pack: report.zip ?? '', out: join(scratch, 'again'), licence: 'CC0-1.0' });
    for (const name of again.files) expect(readFileSync(join(scratch, 'again', name)), name).toEqual(readFileSync(join(out, name)));
    for (const path of [out, `${out}.zip`]) expect((await openTravelled(await diskSource(path))).pack.hash).toBe(FROZEN.v1);
    expect(readdirSync(join(scratch, 'a')).sort()).toEqual(['b', 'b.zip']);
  });

  it('takes the pictures of the pack along, and nothing else', async () => {
    const from = join(scratch, 'with pictures');
    cpSync(frozenFolder('v1'), from, { recursive: true });
    mkdirSync(join(from, 'sprites'));
    writeFileSync(join(from, 'sprites/sheet-00.webp'), 'x');
    writeFileSync(join(from, 'attribution.json'), '{}');
    writeFileSync(join(from, 'private.txt'), 'x');
    const report = await packPublishCommand({ pack: from, out: join(scratch, 'pictures') });
    expect(report.files).toEqual(expect.arrayContaining(['sprites/sheet-00.webp', 'attribution.json']));
    expect(report.files).not.toContain('private.txt');
    expect(report.notes).toEqual([]);
  });

  it('finds the dictionary where the pack says, or where it is told', async () => {
    const from = join(scratch, 'site/packs/tiny');
    cpSync(frozenFolder('v1'), from, { recursive: true });
    cpSync(join(from, 'dictionary'), join(scratch, 'site/models/sae'), { recursive: true });
    rmSync(join(from, 'dictionary'), { recursive: true });
    expect((await packPublishCommand({ pack: from, out: join(scratch, 'found') })).hash).toBe(FROZEN.v1);
    cpSync(join(scratch, 'site/models/sae'), join(scratch, 'elsewhere'), { recursive: true });
    rmSync(join(scratch, 'site/models'), { recursive: true });
    expect((await failure(packPublishCommand({ pack: from, out: join(scratch, 'lost') }))).message).toMatch(/--dictionary/);
    expect((await packPublishCommand({ pack: from, out: join(scratch, 'told'), dictionary: join(scratch, 'elsewhere') })).hash).toBe(FROZEN.v1);
  });

  it('leaves nothing behind when something is wrong, and replaces nothing', async () => {
    const out = join(scratch, 'nothing');
    expect((await failure(packPublishCommand({ pack: join(scratch, 'no such pack'), out }))).message).toMatch(/no such/);
    const from = join(scratch, 'spoilt');
    cpSync(frozenFolder('v1'), from, { recursive: true });
    writeFileSync(join(from, 'texts.npy'), readFileSync(join(from, 'texts.npy')).fill(7, 200));
    const error = await failure(packPublishCommand({ pack: from, out, zip: true }));
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error.place.file).toBe('texts.npy');
    expect(readdirSync(scratch).filter((name) => name.includes('nothing'))).toEqual([]);
    const used = join(scratch, 'used');
    mkdirSync(used);
    writeFileSync(join(used, 'thesis.txt'), 'x');
    expect((await failure(packPublishCommand({ pack: frozenFolder('v1'), out: used }))).message).toMatch(/in use/);
    writeFileSync(`${out}.zip`, 'x');
    await failure(packPublishCommand({ pack: frozenFolder('v1'), out, zip: true }));
    expect(readFileSync(`${out}.zip`, 'utf8')).toBe('x');
    expect(existsSync(out)).toBe(false);
  });
});
