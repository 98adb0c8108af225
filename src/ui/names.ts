import type { PackView, Samples } from '../engine/protocol.ts';
import type { Probe } from '../state/model.ts';
import type { Language, Translate } from './i18n/text.ts';

/** Name of a gallery picture in the page's language; its number while the names are still on their way. */
export function imageName(samples: Samples | null, item: number, language: Language): string {
  const image = samples?.images[item];
  if (image === undefined) return `#${String(item)}`;
  return language === 'ja' ? (image.ja ?? image.name) : image.name;
}

/** A gallery text as it was embedded; its number while the texts are still on their way. */
export function textName(samples: Samples | null, item: number): string {
  return samples?.texts[item]?.text ?? `#${String(item)}`;
}

/** What a probe is called everywhere: the text, the file's name, the gallery picture's name, or its place on the page. */
export function probeName(probe: Probe, index: number, samples: Samples | null, language: Language, t: Translate): string {
  if (probe.kind === 'text') return `“${probe.name}”`;
  if (probe.name !== '') return probe.name;
  const item = probe.readout?.item ?? null;
  return item === null ? t('probes.unnamed', { n: index + 1 }) : imageName(samples, item, language);
}

/** Label of a concept in the page's language; `–` where nothing in the gallery activates it. */
export function conceptLabel(pack: PackView | null, concept: number, language: Language): string {
  const english = pack?.concepts.label[concept] ?? '–';
  return language === 'ja' ? (pack?.concepts.labelJa[concept] ?? english) : english;
}
