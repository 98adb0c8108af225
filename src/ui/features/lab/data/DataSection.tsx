import { useCallback, useState } from 'react';
import type { LabSource, NamedBlob } from '../../../../engine/lab/protocol.ts';
import { Info } from '../../../primitives/Info.tsx';
import { ProgressBar } from '../../../primitives/ProgressBar.tsx';
import { useLab, useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { captionLines } from '../../../../core/captions.ts';
import { DataFacts } from './DataFacts.tsx';
import { FilesForm, type EmbeddingFiles } from './FilesForm.tsx';
import { ItemsForm, type Items } from './ItemsForm.tsx';
import { sortDropped } from './sort-dropped.ts';
import { useDrops } from './use-drops.ts';

const KINDS = ['gallery', 'files', 'items'] as const satisfies readonly LabSource['kind'][];
/** Captions beyond this are no list that was written for a few pictures. */
const MOST_CAPTION_BYTES = 20e6;

/** What to train on: the embedded gallery, embedding files, or pictures and captions through the encoder. */
export function DataSection() {
  const { t } = useLabText();
  const actions = useLabActions();
  const { data, progress, error, busy } = useLab((s) => ({ data: s.data, progress: s.dataProgress, error: s.dataError, busy: s.training !== null }));
  const [chosen, setChosen] = useState<LabSource['kind'] | null>(null);
  const [files, setFiles] = useState<EmbeddingFiles>({ images: [], texts: [], pairs: [], normalise: false });
  const [items, setItems] = useState<Items>({ pictures: [], captions: '' });
  const kind = chosen ?? data?.kind ?? 'gallery';

  const addItems = useCallback(async (pictures: readonly NamedBlob[], captions: readonly NamedBlob[]): Promise<void> => {
    const contents = await Promise.all(captions.filter(({ blob }) => blob.size < MOST_CAPTION_BYTES).map(async ({ name, blob }) => ({ name, content: await blob.text() })));
    setItems((before) => {
      const all = [...before.pictures, ...pictures];
      const lines = contents.map(({ name, content }) => captionLines(name, content, all.map((p) => p.name)));
      return { pictures: all, captions: [before.captions, ...lines].filter((part) => part !== '').join('\n') };
    });
  }, []);
  const take = useCallback((dropped: readonly NamedBlob[]): void => {
    const sorted = sortDropped(dropped);
    if (sorted.images.length + sorted.texts.length > 0) {
      setChosen('files');
      setFiles((before) => ({
        ...before, images: [...before.images, ...sorted.images], texts: [...before.texts, ...sorted.texts], pairs: sorted.pairs === null ? before.pairs : [sorted.pairs],
      }));
    } else {
      setChosen('items');
      void addItems(sorted.pictures, sorted.pairs === null ? sorted.captions : [...sorted.captions, sorted.pairs]);
    }
  }, [addItems]);
  const over = useDrops(take);

  return (
    <section aria-labelledby="lab-data" className={over ? 'data over' : 'data'}>
      <header className="rail-head">
        <h3 id="lab-data">{t('data.title')}</h3>
        <Info about={t('data.title')}>{t('data.help')}</Info>
      </header>
      <fieldset className="kinds">
        <legend className="visually-hidden">{t('data.kind')}</legend>
        {KINDS.map((k) => (
          <label key={k}>
            <input
              type="radio"
              name="lab-data-kind"
              checked={k === kind}
              onChange={() => {
                setChosen(k);
                if (k === 'gallery' && data?.kind !== 'gallery') void actions.useData({ kind: 'gallery' });
              }}
            />
            <span>{t(`data.kind.${k}`)}</span>
          </label>
        ))}
      </fieldset>
      {kind === 'files' && <FilesForm files={files} onChange={setFiles} busy={busy || progress !== null} />}
      {kind === 'items' && <ItemsForm items={items} onChange={setItems} onFiles={(p, c) => void addItems(p, c)} busy={busy || progress !== null} />}
      <div className="data-state">
        {progress !== null
          ? <span role="status"><ProgressBar job={{ id: 0, progress, cancel: null }} /></span>
          : data === null && error === null
            ? <p className="note">{t('data.none')}</p>
            : data !== null && <DataFacts data={data} />}
        {error !== null && (
          <p className="field-error" role="alert">
            {error.message}{' '}
            {kind === 'gallery' && <button type="button" onClick={() => void actions.useData({ kind: 'gallery' })}>{t('data.retry')}</button>}
          </p>
        )}
      </div>
    </section>
  );
}
