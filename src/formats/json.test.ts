import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './json.ts';

const parse = (text: string): unknown => parseStrictJson(text, { file: 'cfg.json' });

describe('strict JSON', () => {
  it('agrees with JSON.parse on everything JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(parse(JSON.stringify(value, null, 1))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('never throws anything but an InputError', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', '1', ' ') })),
        (text) => {
          let valid = true;
          try {
            JSON.parse(text);
          } catch {
            valid = false;
          }
          if (!valid) expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'InputError' }) as Error);
        },
      ),
    );
  });

  it.each([
    ['{"a":1,"a":2}', /"a" is given twice/],
    ['{"a":1,"b":{"c":1},"\\u0061":2}', /"a" is given twice/],
    [`{"a":1,"a"${' '.repeat(100)}:2}`, /"a" is given twice/],
    ['{"__proto__":1,"__proto__":2}', /"__proto__" is given twice/],
    [`${'['.repeat(65)}${']'.repeat(65)}`, /nested/],
    ['{"a":', /not valid JSON/],
  ])('refuses %s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('allows one key in several objects, and a value that looks like a key', () => {
    expect(parse('{"a":{"x":1},"b":{"x":2},"c":"x"}')).toEqual({ a: { x: 1 }, b: { x: 2 }, c: 'x' });
  });

  it('needs one pass over a string that never ends', () => {
    expect(() => parse(`"${'\\"'.repeat(2_000_000)}`)).toThrow(/not valid JSON/);
  });
});
