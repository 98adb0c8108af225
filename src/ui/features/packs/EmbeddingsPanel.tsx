import { useId, useState } from 'react';
import type { NamedBlob } from '../../../engine/lab/protocol.ts';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { FilesButton } from './FilesButton.tsx';
import { usePacks, usePacksActions } from './packs-context.ts';

const EMBEDDINGS = '.npy,.npz,.safetensors,.parquet';
const PARTS = ['images', 'texts', 'pairs'] as const;
type Chosen = Readonly<Record<(typeof PARTS)[number], readonly NamedBlob[]>>;

/** Embeddings of any model, read with the open or the imported dictionary. */
export function EmbeddingsPanel() {
  const { t } = useMessages(packsMessages);
  const actions = usePacksActions();
  const { busy, checkpoint } = usePacks((s) => ({ busy: s.progress !== null, checkpoint: s.checkpoint }));
  const [files, setFiles] = useState<Chosen>({ images: [], texts: [], pairs: [] });
  const [normalise, setNormalise] = useState(false);
  const [title, setTitle] = useState('');
  const [dictionary, setDictionary] = useState<'open' | 'import'>(checkpoint === null ? 'open' : 'import');
  const id = useId();
  const name = files.images[0]?.name ?? files.texts[0]?.name ?? '';
  const submit = (): void => {
    const read = dictionary === 'import' && checkpoint !== null ? ({ kind: 'files', files: checkpoint.files, options: checkpoint.options } as const) : ({ kind: 'open' } as const);
    void actions.build(title.trim() || name, { kind: 'files', images: files.images, texts: files.texts, pairs: files.pairs[0] ?? null, normalise }, read);
  };
  return (
    <form
      className="packs-drop"
      aria-label={t('embeddings')}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className="note">{t('embeddings.says')}</p>
      {PARTS.map((part) => (
        <p key={part} className="packs-line">
          <FilesButton
            label={t(`embeddings.${part}`)}
            hint={part === 'pairs' ? t('embeddings.pairs.hint') : EMBEDDINGS.replaceAll(',', ' ')}
            accept={part === 'pairs' ? '.csv,.tsv,.txt' : EMBEDDINGS}
            several={part !== 'pairs'}
            chosen={files[part].map((file) => file.name)}
            onFiles={(chosen) => { setFiles({ ...files, [part]: chosen.map((file) => ({ name: file.name, blob: file })) }); }}
          />
        </p>
      ))}
      <p className="packs-line"><label><input type="checkbox" checked={normalise} onChange={(event) => { setNormalise(event.target.checked); }} /> {t('embeddings.normalise')}</label></p>
      <p className="packs-line">
        <label htmlFor={`${id}-read`}>{t('embeddings.read')}</label>
        <select id={`${id}-read`} value={dictionary} onChange={(event) => { setDictionary(event.target.value === 'import' ? 'import' : 'open'); }}>
          <option value="open">{t('embeddings.read.open')}</option>
          <option value="import" disabled={checkpoint === null}>{t('embeddings.read.import')}</option>
        </select>
      </p>
      <p className="packs-line">
        <label htmlFor={id}>{t('name')}</label>
        <input id={id} type="text" maxLength={120} value={title} placeholder={name} onChange={(event) => { setTitle(event.target.value); }} />
        <button type="submit" className="primary" disabled={busy || name === ''}>{t('build')}</button>
      </p>
    </form>
  );
}
