import type { FigureData } from '../../figures/figure-data.ts';
import { useApp } from '../../app-context.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { imageName, textName } from '../../names.ts';
import { count } from '../../plots/amounts.ts';
import type { MapPoints } from '../../plots/map/points.ts';
import { useAtlas, useColumns, useShown } from '../atlas/atlas-context.ts';
import { useConceptName } from '../atlas/useConceptName.ts';

/** The numbers behind the map as it is, for its export; null while there is none. */
export function useMapData(points: MapPoints | null): (() => FigureData) | null {
  const { t, language } = useMessages(mapMessages);
  const name = useConceptName();
  const columns = useColumns();
  const shown = useShown();
  const { layer, kind, colour, atlas } = useAtlas((s) => ({ layer: s.view.layer, kind: s.view.layout, colour: s.view.colour, atlas: s.atlas }));
  const { pack, samples } = useApp((s) => ({ pack: s.pack, samples: s.samples }));
  if (points === null || columns === null || shown === null || pack === null) return null;
  return () => {
    const rows = [...points.order].sort((a, b) => a - b);
    const place = [0, 1].map((axis) => ({ name: axis === 0 ? 'x' : 'y', values: rows.map((i) => points.positions[2 * i + axis] ?? null) }));
    const layout = t(`layout.${kind}`);
    if (layer === 'samples') {
      const { images, texts } = pack.counts;
      const picture = (i: number): boolean => i < images;
      return {
        caption: t('export.samples', { pack: pack.title, layout, counts: t('counts.samples', { images: count(images), texts: count(texts) }) }),
        columns: [
          { name: 'modality', values: rows.map((i) => (picture(i) ? 'image' : 'text')) },
          { name: 'item', values: rows.map((i) => (picture(i) ? i : i - images)) },
          { name: 'name', values: rows.map((i) => (picture(i) ? imageName(samples, i, language) : textName(samples, i - images))) },
          ...place,
        ],
      };
    }
    const number = (values: ArrayLike<number>) => rows.map((i) => values[i] ?? null);
    const counts = t('counts.concepts', { shown: count(shown.shown), of: count(shown.of), dead: count(shown.dead), alwaysOn: count(shown.alwaysOn), filtered: count(shown.filtered) });
    return {
      caption: t('export.concepts', { dictionary: pack.dictionary, layout, colour: t(`colour.${colour}`), counts }),
      columns: [
        { name: 'concept', values: rows },
        { name: 'label', values: rows.map(name) },
        ...place,
        { name: 'modality', values: number(columns.modality) },
        { name: 'energy', values: number(columns.energy) },
        { name: 'frequency', values: number(columns.frequency) },
        { name: 'stability', values: number(columns.stability) },
        ...(atlas?.status === 'ready' ? [{ name: 'cosine_to_gap', values: number(atlas.value.cosineToGap) }] : []),
      ],
    };
  };
}
