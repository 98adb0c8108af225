import { useCallback, useId, useMemo, useState } from 'react';
import { captionLines, matchCaptions } from '../../../core/captions.ts';
import type { PathBlob } from '../../../engine/own/protocol.ts';
import { useApp } from '../../app-context.ts';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { FilesButton } from './FilesButton.tsx';
import { usePacks, usePacksActions } from './packs-context.ts';
import { useFolderDrop } from './useFolderDrop.ts';

const PICTURE = /\.(?:png|jpe?g|gif|webp|bmp|avif)$/iu;
const WORDS = /\.(?:txt|csv|tsv|jsonl?)$/iu;
/** Captions beyond this are no list that was written for pictures in a browser. */
const MOST_CAPTION_BYTES = 200e6;

interface Found {
  readonly pictures: readonly { readonly name: string; readonly blob: Blob }[];
  readonly captions: string;
  /** Files that are neither. */
  readonly left: number;
}

/** A folder of photos, with captions where it has some, becomes a pack. */
export function PhotosPanel() {
  const { t } = useMessages(packsMessages);
  const actions = usePacksActions();
  const busy = usePacks((s) => s.progress !== null);
  const encoder = useApp((s) => s.pack?.encoder ?? '');
  const [found, setFound] = useState<Found | null>(null);
  const [title, setTitle] = useState('');
  const id = useId();
  const take = useCallback((files: readonly PathBlob[]): void => {
    if (files.length === 0) setFound(null);
    else {
      setTitle((before) => before || (files[0]?.path.replace(/^\//u, '').split('/').at(-2) ?? ''));
      void sorted(files).then(setFound);
    }
  }, []);
  const over = useFolderDrop(take);
  const match = useMemo(() => matchCaptions(found?.pictures.map(({ name }) => name) ?? [], found?.captions ?? ''), [found]);
  const fromFiles = (files: readonly File[]): void => { take(files.map((file) => ({ path: file.webkitRelativePath || file.name, blob: file }))); };
  const submit = (): void => {
    const images = (found?.pictures ?? []).map(({ name, blob }, i) => ({ key: `own-${String(i)}`, name, blob }));
    void actions.build(title.trim() || t('photos'), { kind: 'items', images, texts: match.texts, pairs: match.pairs }, { kind: 'open' });
  };
  return (
    <form
      className={over ? 'packs-drop over' : 'packs-drop'}
      aria-label={t('photos')}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className="note">{t('photos.says', { encoder })}</p>
      <p className="packs-line">
        <FilesButton label={t('photos.folder')} folder onFiles={fromFiles} />
        <FilesButton label={t('photos.files')} several accept="image/*,.txt,.csv,.tsv,.json,.jsonl" onFiles={fromFiles} />
        <span className="note">{t('photos.drop')}</span>
      </p>
      {found !== null && (
        <>
          <p role="status">
            {t('photos.found', { images: count(found.pictures.length), texts: count(match.texts.length), pairs: count(match.pairs.length) })}
            {found.left > 0 && <span className="note"> · {t('photos.left', { n: found.left })}</span>}
          </p>
          <p className="packs-line">
            <label htmlFor={id}>{t('name')}</label>
            <input id={id} type="text" maxLength={120} value={title} placeholder={t('photos')} onChange={(event) => { setTitle(event.target.value); }} />
            <button type="submit" className="primary" disabled={busy || found.pictures.length === 0}>{t('build')}</button>
          </p>
        </>
      )}
    </form>
  );
}

/** Pictures, and captions as lines that name their picture. */
async function sorted(files: readonly PathBlob[]): Promise<Found> {
  const named = files.map(({ path, blob }) => ({ name: path.split('/').at(-1) ?? path, blob }));
  const pictures = named.filter(({ name, blob }) => PICTURE.test(name) || (blob.type.startsWith('image/') && blob.type !== 'image/svg+xml'));
  const words = named.filter(({ name, blob }) => WORDS.test(name) && blob.size < MOST_CAPTION_BYTES);
  const names = pictures.map(({ name }) => name);
  // A text beside each picture says all: a README among them is not about any.
  const parts = await Promise.all(words.map(async ({ name, blob }) => ({ name, lines: captionLines(name, await blob.text(), names) })));
  const about = parts.filter(({ lines }) => lines.includes('\t'));
  const captions = (about.length > 0 ? about : parts).map(({ lines }) => lines).join('\n');
  return { pictures, captions, left: files.length - pictures.length - words.length };
}
