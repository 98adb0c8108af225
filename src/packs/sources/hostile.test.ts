import { zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FROZEN, frozenPack } from '../../../tests/fixtures/packs/load.ts';
import { InputError } from '../../core/errors.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { addressSource } from './address.ts';
import { droppedSource } from './dropped.ts';
import { openTravelled } from './open.ts';
import type { PackSource } from './source.ts';
import { zipSource } from './zip.ts';

const valid = frozenPack();
const names = [...valid.keys()];
type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Ways into a pack: each is given the same files. */
const DOORS: Readonly<Record<string, (files: Files) => Promise<PackSource>>> = {
  'dropped files': (files) => droppedSource([...files].map(([path, bytes]) => ({ path, blob: new Blob([Uint8Array.from(bytes)]) }))),
  'a zip': (files) => zipSource(bytesSource('p.zip', zipSync(Object.fromEntries(files)))),
  'a server': (files) =>
    addressSource('https://host/p/', {
      fetch: (url) => {
        const found = files.get(decodeURIComponent(new URL(url instanceof Request ? url.url : url).pathname.slice('/p/'.length)));
        return Promise.resolve(found === undefined ? new Response(null, { status: 404 }) : new Response(Uint8Array.from(found)));
      },
    }),
};

/** Opens and reads everything: what was published, or a refusal that names a file. */
async function expectWholeOrRefused(open: () => Promise<PackSource>): Promise<'opened' | 'refused'> {
  try {
    const { pack, dictionaryFiles } = await openTravelled(await open());
    await Promise.all([pack.concepts(), pack.samples(), pack.example(), pack.embeddings('images'), pack.embeddings('texts'), pack.codes('images'), pack.codes('texts'), pack.layout('concepts'), pack.layout('samples'), dictionaryFiles()]);
    // A change that leaves the hash leaves everything: what the manifest names is hashed.
    if (pack.hash === FROZEN.v1) for (const name of names) if (name in pack.manifest.files) expect(await pack.bytes(name as 'images.npy')).toEqual(valid.get(name));
    return 'opened';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.place.file, error.message).toBeTruthy();
    expect(error.message.length).toBeLessThan(600);
    return 'refused';
  }
}

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: position, bit: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: position }),
  fc.record({ kind: fc.constant('repeat' as const), at: position }),
  fc.record({ kind: fc.constant('insert' as const), at: position, bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
);

function mutated(bytes: Uint8Array<ArrayBuffer>, how: typeof mutation extends fc.Arbitrary<infer T> ? T : never): Uint8Array<ArrayBuffer> {
  const at = Math.floor(how.at * bytes.length);
  switch (how.kind) {
    case 'flip': return bytes.map((byte, i) => (i === at ? byte ^ (1 << how.bit) : byte));
    case 'cut': return bytes.slice(0, at);
    case 'repeat': return Uint8Array.of(...bytes, ...bytes.subarray(at));
    case 'insert': return Uint8Array.of(...bytes.subarray(0, at), ...how.bytes, ...bytes.subarray(at));
  }
}

describe.each(Object.entries(DOORS))('a spoilt pack from %s', (_, open) => {
  it('opens as it was', async () => {
    expect(await expectWholeOrRefused(() => open(valid))).toBe('opened');
  });

  it('with one byte of a part changed, cut or added is refused by the part’s name', async () => {
    for (const name of names.filter((one) => one !== 'manifest.json')) {
      const bytes = valid.get(name) ?? new Uint8Array();
      for (const how of [{ kind: 'flip', at: 0.7, bit: 0 }, { kind: 'cut', at: 0.7 }, { kind: 'insert', at: 0, bytes: Uint8Array.of(32) }] as const) {
        expect(await expectWholeOrRefused(() => open(new Map([...valid, [name, mutated(bytes, how)]]))), `${name} ${how.kind}`).toBe('refused');
      }
    }
  });

  it('is whole or refused, whatever was done to a file or its name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.oneof({ weight: 4, arbitrary: mutation }, { weight: 1, arbitrary: fc.constantFrom('gone', 'renamed') }), async (name, how) => {
        const files = new Map(valid);
        const bytes = files.get(name) ?? new Uint8Array();
        if (typeof how === 'string') files.delete(name);
        else files.set(name, mutated(bytes, how));
        if (how === 'renamed') files.set(`other/${name}`, bytes);
        await expectWholeOrRefused(() => open(files));
      }),
      { numRuns: 60 },
    );
  });

  it('is whole or refused, whatever its manifest says', async () => {
    const manifest = JSON.parse(new TextDecoder().decode(valid.get('manifest.json'))) as Record<string, unknown>;
    const paths: string[][] = [];
    const walk = (value: unknown, path: string[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value === 'object' && value !== null && paths.length < 400) for (const [key, one] of Object.entries(value)) if (!/^\d{2,}$/.test(key)) walk(one, [...path, key]);
    };
    walk(manifest, []);
    const values = fc.constantFrom<unknown>(null, 0, -1, 1, 2 ** 31, 2 ** 53, 1e300, '', '..', '../../etc/passwd', '/x', 'a\\b', 'x'.repeat(300), [], {}, true, { '../x': 'f'.repeat(64) });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), values, async (path, value) => {
        const changed = structuredClone(manifest);
        const last = path.at(-1) ?? '';
        path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, changed)[last] = value;
        await expectWholeOrRefused(() => open(new Map([...valid, ['manifest.json', new TextEncoder().encode(JSON.stringify(changed))]])));
      }),
      { numRuns: 120 },
    );
  });
});

it('a zip is whole or refused, whatever was done to its bytes', async () => {
  const packed = zipSync(Object.fromEntries(valid));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(mutation, async (how) => {
      if ((await expectWholeOrRefused(() => zipSource(bytesSource('p.zip', mutated(packed, how))))) === 'refused') refused++;
    }),
    { numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(100);
});
