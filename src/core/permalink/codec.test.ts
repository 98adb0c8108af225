import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { ByteWriter } from './bytes.ts';
import { decodeReadout, encodeReadout, quantiseReadout } from './codec.ts';
import { crc32 } from '../crc32.ts';
import { MAX_INDEX, MAX_NEIGHBOURS, MAX_PROBES, MAX_TEXT_LENGTH } from './limits.ts';
import { writeReadout } from './readout-v1.ts';
import type { Neighbour, ProbeReadout, Readout } from '../readout.ts';

const index = fc.integer({ min: 0, max: MAX_INDEX - 1 });
const cosine = fc.double({ min: -1, max: 1, noNaN: true });
const value = fc.oneof(
  fc.float({ min: Math.fround(1e-30), max: Math.fround(1e30), noNaN: true }),
  fc.float({ min: Math.fround(0.001), max: 1, noNaN: true }),
  fc.float({ min: -1, max: Math.fround(-0.001), noNaN: true }),
);
const neighbours: fc.Arbitrary<Neighbour[]> = fc.array(fc.record({ item: index, cosine }), { maxLength: 6 });
const code = fc
  .uniqueArray(fc.tuple(index, value), { selector: ([i]) => i, maxLength: 20 })
  .map((pairs) => pairs.sort(([i], [j]) => i - j))
  .map((pairs) => ({ indices: Uint32Array.from(pairs, ([i]) => i), values: Float64Array.from(pairs, ([, v]) => v) }));
const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constant('\uFEFFりんご 🍎'));
const probe: fc.Arbitrary<ProbeReadout> = fc
  .record({ kind: fc.constantFrom('image' as const, 'text' as const), text, item: fc.option(index), code, cosine, neighbours: fc.record({ images: neighbours, texts: neighbours }) })
  .map((some) => ({ ...some, text: some.kind === 'text' ? some.text : null }));
const readout: fc.Arbitrary<Readout> = fc.array(probe, { maxLength: 4 }).chain((probes) => {
  const pairs = (probes.length * (probes.length - 1)) / 2;
  return fc.array(fc.oneof(cosine, fc.constant(Number.NaN)), { minLength: pairs, maxLength: pairs }).map((similarities) => ({ probes, similarities }));
});

const blank: ProbeReadout = {
  kind: 'image', text: null, item: null, code: { indices: new Uint32Array(), values: [] }, cosine: 0, neighbours: { images: [], texts: [] },
};
const alone = (some: Partial<ProbeReadout>): Readout => ({ probes: [{ ...blank, ...some }], similarities: [] });

/** A probe as the product makes them: c = 1024, L0 16, five neighbours of either modality. */
function typicalProbe(seed: number): ProbeReadout {
  const random = (n: number): number => Math.abs(Math.sin(seed * 78.233 + n * 12.9898) * 43758.5453) % 1;
  const near = (at: number): Neighbour[] => Array.from({ length: 5 }, (_, n) => ({ item: Math.floor(random(at + n) * 6000), cosine: 0.9 - 0.05 * n - 0.05 * random(at + n) }));
  const indices = Uint32Array.from({ length: 16 }, (_, n) => n * 64 + Math.floor(random(n) * 64));
  const values = Float32Array.from(indices, (_, n) => 0.05 + 0.4 * random(100 + n) ** 3);
  return { kind: 'image', text: null, item: null, code: { indices, values }, cosine: 0.95, neighbours: { images: near(200), texts: near(300) } };
}

function sealed(version: number, body: Uint8Array): string {
  const out = new ByteWriter();
  out.u8(version);
  out.raw(body);
  out.u32(crc32(out.finish()));
  return toBase64Url(out.finish());
}

/** The reason why a payload is refused; fails on anything but an InputError. */
function refusal(payload: string): string {
  try {
    decodeReadout(payload);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error instanceof InputError ? error.reason : '';
  }
  throw new Error(`accepted: ${payload}`);
}

describe('round trip', () => {
  it('decoding gives what quantising gives, which is a fixed point', () => {
    fc.assert(
      fc.property(readout, (some) => {
        const quantised = quantiseReadout(some);
        expect(decodeReadout(encodeReadout(some))).toEqual(quantised);
        expect(quantiseReadout(quantised)).toEqual(quantised);
        expect(encodeReadout(quantised)).toBe(encodeReadout(some));
      }),
    );
  });

  it('keeps what is discrete and moves numbers by half a step at most', () => {
    fc.assert(
      fc.property(readout, (some) => {
        const back = decodeReadout(encodeReadout(some));
        expect(back.probes).toHaveLength(some.probes.length);
        some.probes.forEach((before, at) => {
          const after = back.probes[at];
          expect(after).toMatchObject({ kind: before.kind, text: before.text, item: before.item });
          expect(after?.code.indices).toEqual(before.code.indices);
          const largest = Math.max(...Array.from(before.code.values, Math.abs));
          const step = largest / (Array.from(before.code.values).some((v) => v < 0) ? 32767 : 65535);
          Array.from(before.code.values).forEach((v, e) => {
            const w = after?.code.values[e] ?? Number.NaN;
            expect(Math.sign(w)).toBe(Math.sign(v));
            expect(Math.abs(w - v)).toBeLessThanOrEqual(step * (Math.abs(v) < step ? 1 : 0.501));
          });
          expect(after?.cosine).toBeCloseTo(before.cosine, 4);
          for (const modality of ['images', 'texts'] as const) {
            expect(after?.neighbours[modality].map(({ item }) => item)).toEqual(before.neighbours[modality].map(({ item }) => item));
            before.neighbours[modality].forEach((n, e) => { expect(after?.neighbours[modality][e]?.cosine).toBeCloseTo(n.cosine, 4); });
          }
        });
        some.similarities.forEach((s, at) => {
          const after = back.similarities[at];
          if (Number.isNaN(s)) expect(after).toBeNaN();
          else expect(after).toBeCloseTo(s, 4);
        });
      }),
    );
  });

  it('keeps −1, 0, 1 and the largest activation as they are', () => {
    for (const exact of [-1, 0, 1]) expect(quantiseReadout(alone({ cosine: exact })).probes[0]?.cosine).toBe(exact);
    const values = Float32Array.of(0.3, 0.7, 0.1);
    const back = quantiseReadout(alone({ code: { indices: Uint32Array.of(0, 5, MAX_INDEX - 1), values } }));
    expect(back.probes[0]?.code.values[1]).toBe(values[1]);
  });

  it('keeps the smallest code active, and leaves out one that is zero', () => {
    const indices = Uint32Array.of(3, 4, 9);
    const back = quantiseReadout(alone({ code: { indices, values: [1e-9, 1, 0] } })).probes[0]?.code;
    expect(back?.indices).toEqual(Uint32Array.of(3, 4));
    expect(back?.values[0]).toBe(1 / 65535);
  });

  it('carries as much as the limits say', () => {
    const full: ProbeReadout = {
      ...typicalProbe(1),
      kind: 'text',
      text: '語'.repeat(MAX_TEXT_LENGTH),
      item: MAX_INDEX - 1,
      neighbours: { images: Array.from({ length: MAX_NEIGHBOURS }, () => ({ item: 1, cosine: 1 })), texts: [] },
    };
    const n = MAX_PROBES;
    const back = decodeReadout(encodeReadout({ probes: Array.from({ length: n }, () => full), similarities: new Array<number>((n * (n - 1)) / 2).fill(0.5) }));
    expect(back.probes).toHaveLength(n);
    expect(back.probes[n - 1]?.text).toBe(full.text);
  });

  it('takes about 130 characters a probe', () => {
    const length = (n: number): number =>
      encodeReadout({ probes: Array.from({ length: n }, (_, seed) => typicalProbe(seed)), similarities: new Array<number>((n * (n - 1)) / 2).fill(0.3) }).length;
    console.warn(`permalink payload, L0 16 and 5 + 5 neighbours: ${length(1)} characters for 1 probe, ${(length(4) / 4).toFixed(0)} a probe for 4`);
    expect(length(1)).toBeLessThan(160);
    expect(length(4) / 4).toBeLessThan(160);
  });
});

describe('a link that is too much is refused when it is made', () => {
  it.each<[string, Readout, RegExp]>([
    ['probes', { probes: Array.from({ length: 33 }, () => blank), similarities: [] }, /a link carries at most 32 probes; you have 33/],
    ['text', alone({ kind: 'text', text: 'x'.repeat(MAX_TEXT_LENGTH + 1) }), /at most 2000 characters; one has 2001/],
    ['concept', alone({ code: { indices: Uint32Array.of(MAX_INDEX), values: [1] } }), /concept numbers from 0 to 16777215; one is 16777216/],
    ['item', alone({ item: -1 }), /gallery item numbers/],
    ['neighbours', alone({ neighbours: { images: Array.from({ length: 65 }, () => ({ item: 0, cosine: 0 })), texts: [] } }), /at most 64 neighbours/],
    ['activation', alone({ code: { indices: Uint32Array.of(1), values: [Infinity] } }), /an activation is Infinity/],
    ['activation that is NaN', alone({ code: { indices: Uint32Array.of(1), values: [Number.NaN] } }), /an activation is NaN/],
    ['cosine', alone({ cosine: 1.5 }), /between −1 and 1/],
    ['cosine that is NaN', alone({ cosine: Number.NaN }), /not a number/],
    ['size', { probes: Array.from({ length: 8 }, () => ({ ...blank, code: denseCode(20_000) })), similarities: new Array<number>(28).fill(0) }, /Remove some probes/],
  ])('%s', (_name, some, message) => {
    expect(() => encodeReadout(some)).toThrow(expect.objectContaining({ name: 'InputError', message: expect.stringMatching(message) }));
  });

  function denseCode(n: number): ProbeReadout['code'] {
    return { indices: Uint32Array.from({ length: n }, (_, i) => i * 300), values: Float64Array.from({ length: n }, (_, i) => 1 + Math.sin(i * i)) };
  }
});

describe('a damaged or hostile link is refused with an InputError', () => {
  const payload = encodeReadout({ probes: [typicalProbe(1), { ...typicalProbe(2), kind: 'text', text: 'a red apple on a table' }], similarities: [0.41] });

  it('cut at every character, and at every byte', () => {
    for (let end = 0; end < payload.length; end++) expect(refusal(payload.slice(0, end))).toMatch(/damaged/);
    const bytes = fromBase64Url(payload);
    for (let end = 0; end < bytes.length; end++) expect(refusal(toBase64Url(bytes.subarray(0, end)))).toMatch(/damaged/);
  });

  it('cut at every byte before compression, under a fitting checksum', () => {
    const raw = writeReadout({ probes: [typicalProbe(1), { ...blank, kind: 'text', text: 'りんご' }], similarities: [0.41] });
    for (let end = 0; end < raw.length; end++) expect(refusal(sealed(1, deflateSync(raw.subarray(0, end))))).toMatch(/damaged/);
    const longer = new Uint8Array(raw.length + 1);
    longer.set(raw);
    expect(refusal(sealed(1, deflateSync(longer)))).toMatch(/something follows/);
  });

  it('with any bit flipped', () => {
    const bytes = fromBase64Url(payload);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(refusal(toBase64Url(flipped))).toMatch(/damaged/);
    }
  });

  it('with any one character changed', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=% é';
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.nat(alphabet.length - 1), (at, n) => {
        const character = alphabet.charAt(n);
        fc.pre(payload[at] !== character);
        refusal(payload.slice(0, at) + character + payload.slice(at + 1));
      }),
      { numRuns: 500 },
    );
  });

  it('random strings and random bytes', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (some) => { refusal(some); }));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (some) => { refusal(toBase64Url(some)); }));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (some) => { refusal(sealed(1, some)); }));
  });

  it('random bytes under a fitting checksum give a readout that can be encoded again, or an InputError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (some) => {
        let decoded: Readout;
        try {
          decoded = decodeReadout(sealed(1, deflateSync(some)));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        expect(quantiseReadout(decoded).probes.map((p) => p.code.indices)).toEqual(decoded.probes.map((p) => p.code.indices));
      }),
      { numRuns: 2000 },
    );
  });

  it('of another version, by number', () => {
    const body = deflateSync(writeReadout(alone({})));
    expect(refusal(sealed(0, body))).toMatch(/format version 0, and this page reads version 1/);
    expect(refusal(sealed(2, body))).toMatch(/format version 2/);
    expect(decodeReadout(sealed(1, body)).probes).toHaveLength(1);
  });

  it('that unpacks to 64 MB, or is too long', () => {
    expect(refusal(sealed(1, deflateSync(new Uint8Array(1 << 26), { level: 9 })))).toMatch(/unpacks to more than/);
    expect(refusal('A'.repeat((1 << 18) + 1))).toMatch(/characters long/);
  });

  it.each<[string, (out: ByteWriter) => void, RegExp]>([
    ['33 probes', (out) => { out.varint(33); }, /claims 33/],
    ['an unknown flag', (out) => { out.varint(1); out.u8(8); }, /unknown kind/],
    ['more concepts than bytes', (out) => { out.varint(1); out.u8(0); out.varint(0xfffffff); }, /ends too early/],
    ['a scale of NaN', (out) => { out.varint(1); out.u8(0); out.varint(1); out.f32(Number.NaN); out.u32(0); }, /activation in it is impossible/],
    ['a code of zero', (out) => { out.varint(1); out.u8(0); out.varint(1); out.f32(1); out.varint(5); out.u16(0); }, /activation in it is impossible/],
    ['a concept too many', (out) => { out.varint(1); out.u8(0); out.varint(1); out.f32(1); out.varint(MAX_INDEX); out.u16(1); }, /concept number in it is too large/],
    ['a varint without end', (out) => { out.u32(0xffffffff); out.u32(0xffffffff); }, /number in it is too large/],
    ['text that is not UTF-8', (out) => { out.varint(1); out.u8(1); out.varint(0); out.u16(0); out.varint(0); out.varint(0); out.varint(2); out.u16(0xffff); }, /not UTF-8/],
    ['too many neighbours', (out) => { out.varint(1); out.u8(0); out.varint(0); out.u16(0); out.varint(65); }, /65 neighbours/],
    ['an unknown cosine of a probe', (out) => { out.varint(1); out.u8(0); out.varint(0); out.u16(0xffff); }, /cosine in it is missing/],
  ])('that claims %s', (_name, write, message) => {
    const out = new ByteWriter();
    write(out);
    expect(refusal(sealed(1, deflateSync(out.finish())))).toMatch(message);
  });
});

describe('building blocks', () => {
  it('CRC-32 is that of zip and PNG', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it('base64url is that of RFC 4648', () => {
    expect(toBase64Url(Uint8Array.of(0xfb, 0xff, 0xbf))).toBe('-_-_');
    for (const [plain, coded] of [['', ''], ['f', 'Zg'], ['fo', 'Zm8'], ['foo', 'Zm9v'], ['foob', 'Zm9vYg']] as const) {
      expect(toBase64Url(new TextEncoder().encode(plain))).toBe(coded);
    }
    // Decoders that are lenient take these for 'f'.
    for (const other of ['Zh', 'Zg==', 'Zg=', 'Zg ', 'Z']) expect(() => fromBase64Url(other)).toThrow(InputError);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => { expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes); }));
  });
});
