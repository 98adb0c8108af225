import { crc32 } from 'node:zlib';
import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { figureMessages } from '../i18n/figures.ts';
import { bibtex } from './bibtex.ts';
import { figureCsv } from './figure-csv.ts';
import { withPngText } from './png-text.ts';
import { stampJson, type Stamp } from './stamp.ts';

const stamp: Stamp = {
  permalink: 'https://example.org/explore/#/pack/gallery@0123456789ab/map?v=1&find=a+cat&at=0.1,-0.2,8',
  pack: { id: 'gallery', hash: '0123456789ab', title: 'Pictograms' }, version: '0.1.0', date: '2026-11-24',
};

describe('stamp', () => {
  it('is JSON in plain ASCII, whatever is in the link', () => {
    const odd = { ...stamp, permalink: 'https://例え.jp/#/map?find=🍎\u0000\uD800\uFFFF' };
    expect(stampJson(odd)).toMatch(/^[ -~]+$/u);
    expect(JSON.parse(stampJson(odd))).toEqual({ permalink: odd.permalink, pack: 'gallery@0123456789ab', tool: 'VLM-Explore', version: '0.1.0', date: '2026-11-24' });
    expect(JSON.parse(stampJson({ ...stamp, pack: null }))).toMatchObject({ pack: '' });
  });
});

describe('text chunk of a PNG', () => {
  /** Type and data of every chunk; fails where a length or checksum does not fit. */
  function chunks(png: Uint8Array): { type: string; data: Buffer }[] {
    const bytes = Buffer.from(png);
    const found: { type: string; data: Buffer }[] = [];
    for (let at = 8; at < bytes.length;) {
      const length = bytes.readUInt32BE(at);
      const body = bytes.subarray(at + 4, at + 8 + length);
      expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(body));
      found.push({ type: body.toString('latin1', 0, 4), data: body.subarray(4) });
      at += 12 + length;
    }
    return found;
  }
  const png = encode({ width: 2, height: 3, data: Uint8Array.from({ length: 24 }, (_, n) => n * 10), channels: 4 });

  it('stands between header and pixels, which stay as they were', () => {
    const text = stampJson(stamp);
    const written = withPngText(png, 'VLM-Explore', text);
    expect(chunks(written).map(({ type }) => type)).toEqual(['IHDR', 'tEXt', ...chunks(png).slice(1).map(({ type }) => type)]);
    expect(chunks(written)[1]?.data.toString('latin1')).toBe(`VLM-Explore\0${text}`);
    expect(decode(written).text).toEqual({ 'VLM-Explore': text });
    expect(decode(written).data).toEqual(decode(png).data);
  });

  it('is refused where it could not be read back', () => {
    expect(() => withPngText(png.subarray(1), 'k', 'text')).toThrow(/PNG/u);
    for (const [keyword, text] of [['', 'x'], ['k'.repeat(80), 'x'], ['k', 'a\0b'], ['k', '例'], ['é', 'x']] as const) expect(() => withPngText(png, keyword, text)).toThrow(/Latin-1/u);
  });
});

/** Entries of a BibTeX file as its grammar has them: key, and fields in balanced braces. Throws on anything else. */
function parseBib(text: string): { kind: string; key: string; fields: Record<string, string> }[] {
  const entries: { kind: string; key: string; fields: Record<string, string> }[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const head = /^@(\w+)\{([^\s,{}"#%~\\]+),\s*/u.exec(rest);
    if (head === null) throw new Error(`no entry: ${rest.slice(0, 40)}`);
    rest = rest.slice(head[0].length);
    const fields: Record<string, string> = {};
    while (!rest.startsWith('}')) {
      const name = /^(\w+)\s*=\s*\{/u.exec(rest);
      if (name === null) throw new Error(`no field: ${rest.slice(0, 40)}`);
      rest = rest.slice(name[0].length);
      let depth = 1;
      let at = 0;
      for (; depth > 0; at++) {
        if (at >= rest.length) throw new Error('braces do not balance');
        if (rest[at] === '{') depth++;
        if (rest[at] === '}') depth--;
      }
      fields[name[1] ?? ''] = rest.slice(0, at - 1);
      rest = rest.slice(at).replace(/^,?\s*/u, '');
    }
    entries.push({ kind: head[1] ?? '', key: head[2] ?? '', fields });
    rest = rest.slice(1).trim();
  }
  return entries;
}

describe('BibTeX', () => {
  it('has the paper, the tool and the pack with its link', () => {
    const [paper, tool, pack, ...more] = parseBib(bibtex(stamp));
    expect(more).toEqual([]);
    expect(paper).toMatchObject({ kind: 'inproceedings', fields: { year: '2025', eprint: '2504.11695', archivePrefix: 'arXiv' } });
    expect(paper?.fields['author']?.split(' and ').map((name) => name.split(',')[0])).toEqual(['Papadimitriou', 'Su', 'Fel', 'Saphra', 'Kakade', 'Gil']);
    expect(tool).toMatchObject({ kind: 'misc', fields: { note: 'Version 0.1.0', year: '2026', url: 'https://example.org/explore/' } });
    expect(pack).toMatchObject({ key: 'pack-gallery-0123456789ab', fields: { title: '{Pictograms}', howpublished: 'VLM-Explore pack gallery@0123456789ab', url: stamp.permalink, urldate: '2026-11-24' } });
    expect(parseBib(bibtex({ ...stamp, pack: null }))).toHaveLength(2);
  });

  it('stays BibTeX whatever a pack is called', () => {
    for (const title of ['100 % & $5 #1 _x_ ^ ~ \\input{/etc/passwd}', '}}\n@misc{x,', '{{{', '\\', 'りんご\u0000🍎', '"quoted"']) {
      const entries = parseBib(bibtex({ ...stamp, permalink: `${stamp.permalink}&x={}}\\`, pack: { id: 'a.b_c', hash: '0123456789ab', title } }));
      expect(entries).toHaveLength(3);
      // Every special character is escaped, and none starts a command that is not ours.
      const said = (entries[2]?.fields['title'] ?? '').replace(/\\(?:text(?:backslash|braceleft|braceright|asciitilde|asciicircum)\{\}|[&%$#_])/gu, '');
      expect(said).toMatch(/^\{[^\\{}~^&%$#_\p{Cc}]*\}$/u);
    }
  });
});

describe('CSV of a figure', () => {
  it('has a row for every value, with empty fields where there is none', () => {
    const columns = [{ name: 'concept', values: [1, 2, 3] }, { name: 'E, image', values: Float64Array.of(0.5, Number.NaN) }, { name: 'label', values: ['a "cat"', null, 'b'] }];
    expect(figureCsv({ caption: '', columns })).toBe('concept,"E, image",label\r\n1,0.5,"a ""cat"""\r\n2,,\r\n3,,b\r\n');
    expect(figureCsv({ caption: '', columns: [] })).toBe('\r\n');
  });
});

describe('messages', () => {
  const parameters = (message: string): string[] => [...message.matchAll(/\{(\w+)\}/gu)].map((m) => m[1] ?? '').sort();
  it.each(Object.entries(figureMessages))('%s says the same in both languages', (_key, { en, ja }) => {
    expect(parameters(ja)).toEqual(parameters(en));
    expect(ja).not.toBe('');
  });
});
