import { useId, useMemo } from 'react';
import type { NamedBlob } from '../../../../engine/lab/protocol.ts';
import { count } from '../../../plots/amounts.ts';
import { useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { matchCaptions } from '../../../../core/captions.ts';
import { FileField } from './FileField.tsx';
import { sortDropped } from './sort-dropped.ts';

/** Pictures, and captions as written. */
export interface Items {
  readonly pictures: readonly NamedBlob[];
  readonly captions: string;
}

interface Props {
  readonly items: Items;
  readonly onChange: (items: Items) => void;
  readonly onFiles: (pictures: readonly NamedBlob[], captions: readonly NamedBlob[]) => void;
  readonly busy: boolean;
}

/** Pictures and captions that the open encoder embeds. */
export function ItemsForm({ items, onChange, onFiles, busy }: Props) {
  const { t } = useLabText();
  const actions = useLabActions();
  const id = useId();
  const { pictures, captions } = items;
  const match = useMemo(() => matchCaptions(pictures.map(({ name }) => name), captions), [pictures, captions]);
  const [first] = match.pairs;
  const submit = (): void => {
    const images = pictures.map(({ name, blob }, i) => ({ key: `lab-${String(i)}`, name, blob }));
    void actions.useData(
      { kind: 'items', images, texts: match.texts, pairs: match.pairs },
      { pictures: pictures.map(({ blob }) => URL.createObjectURL(blob)), captions: match.texts },
    );
  };
  return (
    <form
      className="data-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <FileField
        label={t('data.items.pictures')}
        hint={t('data.items.hint')}
        accept="image/*,.png,.jpg,.jpeg,.gif,.webp,.bmp,.avif,.txt"
        several
        files={pictures}
        onChange={(next) => {
          const sorted = sortDropped(next);
          onChange({ ...items, pictures: [] });
          onFiles(sorted.pictures, sorted.captions);
        }}
      />
      <label htmlFor={id} className="note">{t('data.items.captions')}</label>
      <textarea id={id} rows={4} value={captions} placeholder={t('data.items.placeholder')} onChange={(event) => { onChange({ ...items, captions: event.target.value }); }} />
      <p className="note" role="status">
        {t(`data.match.${match.how}`, { pictures: count(pictures.length), captions: count(match.texts.length), pairs: count(match.pairs.length) })}
        {first !== undefined && ` ${t('data.match.first', { picture: pictures[first[0]]?.name ?? '', caption: match.texts[first[1]] ?? '' })}`}
      </p>
      <button type="submit" disabled={busy || pictures.length + match.texts.length === 0}>{t('data.items.embed')}</button>
    </form>
  );
}
