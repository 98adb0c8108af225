import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, count, duration } from './amounts.ts';
import { csvText } from './csv.ts';
import { wrapText } from './wrap.ts';

describe('CSV', () => {
  it('quotes what would break a field, and leaves absent values empty', () => {
    expect(csvText(['name', 'x'], [['a "b", c', 1.5], ['two\nlines', NaN], ['', null], ['日本', -1e-7]])).toBe(
      'name,x\r\n"a ""b"", c",1.5\r\n"two\nlines",\r\n,\r\n日本,-1e-7\r\n',
    );
  });
});

describe('wrapped text', () => {
  it('loses no word and keeps every line as short as its words allow', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}$/u), { maxLength: 20 }), (words) => {
        const lines = wrapText(words.join(' '), 10);
        expect(lines.join(' ')).toBe(words.join(' '));
        expect(lines.every((l) => l.length <= 10)).toBe(true);
      }),
    );
  });
  it('breaks Japanese anywhere, two half-widths a character', () => {
    expect(wrapText('概念が再現する', 6)).toEqual(['概念が', '再現す', 'る']);
    expect(wrapText('R² は 0.9 です', 8)).toEqual(['R² は', '0.9 です']);
    expect(wrapText('   ', 8)).toEqual([]);
  });
});

describe('amounts', () => {
  it('read as people write them', () => {
    expect([0.2, 42, 250, 3900, NaN].map(duration).map((text) => text.replaceAll('\u00A0', ' '))).toEqual(['<1 s', '42 s', '4 min 10 s', '1 h 05 min', '–']);
    expect([3e5, 2.5e6, 310e6, 2.4e9, NaN].map(bytes).map((text) => text.replaceAll('\u00A0', ' '))).toEqual(['0.3 MB', '2.5 MB', '310 MB', '2.4 GB', '–']);
    expect([count(12_034), count(7), count(NaN)]).toEqual(['12\u202F034', '7', '–']);
  });
});
