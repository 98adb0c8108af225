import { useId, useState } from 'react';
import { MAX_FILE_BYTES } from '../../../state/atlas/collections.ts';
import { download } from '../../figures/download.ts';
import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages } from '../../i18n/text.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { useFileDrop } from './useFileDrop.ts';

/** What became of a file: null when all went well, else what was wrong. */
interface Outcome {
  readonly file: string;
  readonly problem: string | null;
}

/** The collections as a file, and files of collections read back: chosen, or dropped anywhere on the children. */
export function CollectionFiles({ children }: { readonly children: React.ReactNode }) {
  const { t } = useMessages(collectionsMessages);
  const id = useId();
  const actions = useAtlasActions();
  const { some } = useAtlas((s) => ({ some: s.collections.length > 0 }));
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);

  const take = async (files: readonly File[]): Promise<void> => {
    const read: Outcome[] = [];
    for (const file of files) read.push({ file: file.name, problem: await importFile(file) });
    setOutcomes(read);
  };
  const importFile = async (file: File): Promise<string | null> => {
    if (file.size > MAX_FILE_BYTES) return t('import.large', { file: file.name });
    try {
      return actions.importCollections(await file.text(), file.name)?.message ?? null;
    } catch {
      // Taken away, or not ours to read.
      return t('import.unreadable', { file: file.name });
    }
  };
  const { over, handlers } = useFileDrop((files) => void take(files));
  const problems = outcomes.flatMap(({ file, problem }) => (problem === null ? [] : [{ file, problem }]));
  const done = outcomes.filter(({ problem }) => problem === null).map(({ file }) => file);
  return (
    <div className={over ? 'collections-files over' : 'collections-files'} {...handlers}>
      {children}
      <div className="collections-row collections-foot">
        <button type="button" disabled={!some} onClick={() => { download('vlm-explore-collections.json', new Blob([actions.exportCollections()], { type: 'application/json' })); }}>{t('export')}</button>
        <input
          id={id}
          className="visually-hidden"
          type="file"
          multiple
          accept=".json,application/json"
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = '';
            void take(files);
          }}
        />
        <label className="button" htmlFor={id}>{t('import')}</label>
        <span id={`${id}-hint`} className="note">{over ? t('import.over') : t('import.hint')}</span>
      </div>
      <p role="status" className="note">{done.length > 0 && t('import.done', { files: done.join(', ') })}</p>
      {problems.length > 0 && <ul role="alert" className="collections-problems">{problems.map(({ file, problem }, k) => <li key={`${k} ${file}`}>{problem}</li>)}</ul>}
    </div>
  );
}
