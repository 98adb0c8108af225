import type { NamedBlob } from '../../../../engine/lab/protocol.ts';
import { Info } from '../../../primitives/Info.tsx';
import { useLabActions } from '../lab-context.ts';
import { useLabText } from '../lab-text.ts';
import { FileField } from './FileField.tsx';

/** Chosen embedding files; `pairs` has none or one. */
export interface EmbeddingFiles {
  readonly images: readonly NamedBlob[];
  readonly texts: readonly NamedBlob[];
  readonly pairs: readonly NamedBlob[];
  readonly normalise: boolean;
}

const EMBEDDINGS = '.npy,.npz,.safetensors';

interface Props {
  readonly files: EmbeddingFiles;
  readonly onChange: (files: EmbeddingFiles) => void;
  readonly busy: boolean;
}

/** Embeddings of any model, as files. */
export function FilesForm({ files, onChange, busy }: Props) {
  const { t } = useLabText();
  const actions = useLabActions();
  const { images, texts, pairs, normalise } = files;
  return (
    <form
      className="data-form"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.useData({ kind: 'files', images, texts, pairs: pairs[0] ?? null, normalise });
      }}
    >
      <p className="note">{t('data.files.hint')}</p>
      <FileField label={t('data.files.images')} hint={t('data.files.accept')} accept={EMBEDDINGS} several files={images} onChange={(next) => { onChange({ ...files, images: next }); }} />
      <FileField label={t('data.files.texts')} hint={t('data.files.accept')} accept={EMBEDDINGS} several files={texts} onChange={(next) => { onChange({ ...files, texts: next }); }} />
      <FileField label={t('data.files.pairs')} hint={t('data.files.pairs.hint')} accept=".csv,.tsv,.txt" several={false} files={pairs} onChange={(next) => { onChange({ ...files, pairs: next }); }} />
      <span className="field-check">
        <label>
          <input type="checkbox" checked={normalise} onChange={(event) => { onChange({ ...files, normalise: event.target.checked }); }} /> {t('data.files.normalise')}
        </label>
        <Info about={t('data.files.normalise')}>{t('data.files.normalise.help')}</Info>
      </span>
      <button type="submit" disabled={busy || images.length + texts.length === 0}>{t('data.files.read')}</button>
    </form>
  );
}
