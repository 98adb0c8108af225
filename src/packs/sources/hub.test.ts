import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../core/errors.ts';
import { hubUrls, parseHubPack } from './hub.ts';

const urls = (text: string): string[] | null => {
  const pack = parseHubPack(text);
  return pack === null ? null : hubUrls(pack).map(({ href }) => href);
};

describe('addresses of the hub', () => {
  it.each<[string, string[]]>([
    ['hf:o/n', ['https://huggingface.co/datasets/o/n/resolve/main/', 'https://huggingface.co/o/n/resolve/main/']],
    ['hf://o/n@v2/a/b/', ['https://huggingface.co/datasets/o/n/resolve/v2/a/b/', 'https://huggingface.co/o/n/resolve/v2/a/b/']],
    ['hf:models/o/n', ['https://huggingface.co/o/n/resolve/main/']],
    ['hf:datasets/o/n@refs%2Fpr%2F1/p.zip', ['https://huggingface.co/datasets/o/n/resolve/refs%2Fpr%2F1/p.zip']],
    ['https://huggingface.co/datasets/o/n', ['https://huggingface.co/datasets/o/n/resolve/main/']],
    ['https://huggingface.co/models/o/n', ['https://huggingface.co/o/n/resolve/main/']],
    ['https://hf.co/o/n/tree/refs/pr/1/a%20b', ['https://huggingface.co/o/n/resolve/refs%2Fpr%2F1/a%20b/']],
    ['https://huggingface.co/datasets/o/n/resolve/main/x/manifest.json?download=true', ['https://huggingface.co/datasets/o/n/resolve/main/x/manifest.json']],
  ])('%s', (text, expected) => {
    expect(urls(text)).toEqual(expected);
  });

  it.each(['https://example.org/datasets/o/n', 'packs/gallery', 'ftp://huggingface.co/o/n', 'https://huggingface.co.evil.org/o/n'])('%s is none', (text) => {
    expect(parseHubPack(text)).toBeNull();
  });

  it.each(['hf:', 'hf:o', 'hf:o/', 'hf:../n', 'hf:o/..', 'hf:o/n@', 'hf:o/n@a@b', 'hf:o/n/../x', 'hf:o/n@..', 'hf:o/n@%2e%2e', 'hf:o/n@%', 'hf:spaces/o/n', 'https://huggingface.co/', 'https://huggingface.co/o/n/wiki/x', 'https://huggingface.co/o/n/resolve/main/a%2F..%2F..', 'https://huggingface.co/api/models/o/n'])(
    '%s is refused',
    (text) => {
      expect(() => parseHubPack(text)).toThrow(InputError);
    },
  );

  it('stays within one repository whatever is written', () => {
    const piece = fc.constantFrom('o', 'n', '..', '.', '%2e%2e', '%2F', '@', '/', 'datasets', 'resolve', 'main', '?', '#', '\\', ' ', 'é', ':');
    fc.assert(
      fc.property(fc.constantFrom('hf:', 'https://huggingface.co/'), fc.array(piece, { maxLength: 12 }), (start, pieces) => {
        try {
          for (const url of urls(start + pieces.join('')) ?? []) expect(url).toMatch(/^https:\/\/huggingface\.co\/(?:datasets\/)?[\w.-]+\/[\w.-]+\/resolve\/[^/]+\//);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
