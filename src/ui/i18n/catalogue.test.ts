import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { alignmentMessages } from './alignment.ts';
import { bridgesMessages } from './bridges.ts';
import { collectionsMessages } from './collections.ts';
import { conceptMessages } from './concept.ts';
import { figureMessages } from './figures.ts';
import { labMessages } from './lab.ts';
import { mapMessages } from './map.ts';
import { packsMessages } from './packs.ts';
import { siteMessages } from './site.ts';
import { translator, translatorOf } from './text.ts';

describe('message catalogue', () => {
  const parameters = (message: string): string[] => [...message.matchAll(/\{(\w+)\}/gu)].map((m) => m[1] ?? '').sort();
  const all: readonly Readonly<Record<string, { readonly en: string; readonly ja: string }>>[] = [catalogue, labMessages, figureMessages, mapMessages, collectionsMessages, alignmentMessages, bridgesMessages, conceptMessages, siteMessages, packsMessages];
  it.each(all.flatMap((messages) => Object.entries(messages)))('%s says the same in both languages', (_key, { en, ja }) => {
    expect(en.trim()).not.toBe('');
    expect(ja.trim()).not.toBe('');
    expect(parameters(ja)).toEqual(parameters(en));
  });
  it('fills parameters and leaves unknown ones visible', () => {
    expect(translator('en')('concepts.link', { n: 3, label: '{n}' })).toBe('Concept 3: {n}');
    expect(translator('en')('concepts.link', { n: 3 })).toBe('Concept 3: {label}');
    expect(translatorOf(labMessages, 'ja')('runs.show', { name: 'A' })).toBe('A を表示');
  });
});
