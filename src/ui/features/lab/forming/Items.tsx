import type { LabData } from '../../../../engine/lab/protocol.ts';
import { useApp } from '../../../app-context.ts';
import { imageName, textName } from '../../../names.ts';
import { Sprite } from '../../../primitives/Sprite.tsx';
import { useLab } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';

interface Props {
  /** Row of the data, pictures and texts counted apart. */
  readonly item: number;
  readonly kind: LabData['kind'];
  readonly known: boolean;
}

const SIZE = 36;

/** A picture of the data: from the gallery, from what was dropped, or the number of its row. */
export function ItemPicture({ item, kind, known }: Props) {
  const { t, language } = useLabText();
  const samples = useApp((s) => s.samples);
  const url = useLab((s) => s.pictures[item] ?? null);
  if (kind === 'gallery') return <Sprite embedded item={item} size={SIZE} label={imageName(samples, item, language)} />;
  const name = t('forming.picture', { n: item });
  if (known && url !== null) return <img className="thumb" src={url} width={SIZE} height={SIZE} alt={name} title={name} loading="lazy" />;
  return <span className="row-number image" title={name}><span className="visually-hidden">{name}</span><span aria-hidden="true">{item}</span></span>;
}

/** A text of the data: its words where they are known, else the number of its row. */
export function ItemText({ item, kind, known }: Props) {
  const { t } = useLabText();
  const samples = useApp((s) => s.samples);
  const caption = useLab((s) => s.captions[item] ?? null);
  const words = kind === 'gallery' ? textName(samples, item) : known ? caption : null;
  return words === null
    ? <span className="row-number text" title={t('forming.text', { n: item })}>{t('forming.text', { n: item })}</span>
    : <q className="example-text" title={words}>{words}</q>;
}
