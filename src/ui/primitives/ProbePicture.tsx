import type { Probe } from '../../state/model.ts';
import { useText } from '../i18n/text.ts';
import { Sprite } from './Sprite.tsx';

/** A probe as a picture: its thumbnail, its gallery picture, a ring for a text, a hatched square for a picture left behind. */
export function ProbePicture({ probe, size }: { readonly probe: Probe; readonly size: number }) {
  const { t } = useText();
  if (probe.kind === 'text') return <span className="mark-text" aria-hidden="true" />;
  if (probe.thumbnail !== null) return <img className="thumb" src={probe.thumbnail} width={size} height={size} alt="" />;
  const item = probe.readout?.item ?? null;
  if (item !== null) return <Sprite item={item} size={size} label="" />;
  const absent = probe.status === 'ready';
  return (
    <span className={absent ? 'thumb absent' : 'thumb waiting'} style={{ width: size, height: size }} title={absent ? t('probes.linked') : ''} />
  );
}
