import { useCallback } from 'react';
import { useApp } from '../../app-context.ts';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { imageName, textName } from '../../names.ts';
import { significant } from '../../plots/format.ts';
import { modalitySide } from '../../plots/modality.ts';
import { useAtlas, useColumns } from '../atlas/atlas-context.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import { shortNumber } from './short-number.ts';

/** What a screen reader says of a point: a concept's label, modality and energy; a sample's kind and name. */
export function useAnnounce(): (point: number) => string {
  const { t, language } = useMessages(mapMessages);
  const name = useConceptName();
  const columns = useColumns();
  const { layer } = useAtlas((s) => ({ layer: s.view.layer }));
  const { samples, images } = useApp((s) => ({ samples: s.samples, images: s.pack?.counts.images ?? 0 }));
  return useCallback((point) => {
    if (layer === 'samples') {
      const picture = point < images;
      return t('announce.sample', { kind: t(picture ? 'kind.picture' : 'kind.text'), name: picture ? imageName(samples, point, language) : textName(samples, point - images) });
    }
    const score = columns?.modality[point] ?? Number.NaN;
    const side = Number.isNaN(score) ? t('side.dead') : t(`side.${modalitySide(score)}`, { m: shortNumber(score) });
    return t('announce.concept', { n: point, label: name(point), side, energy: significant(columns?.energy[point] ?? 0) });
  }, [t, language, name, columns, layer, samples, images]);
}
