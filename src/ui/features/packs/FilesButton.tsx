import { useId } from 'react';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly accept?: string;
  readonly several?: boolean;
  readonly folder?: boolean;
  /** Names of what is chosen. */
  readonly chosen?: readonly string[];
  readonly onFiles: (files: readonly File[]) => void;
}

/** A button that asks for files or a folder; the names of what is chosen, and a way to take it back. */
export function FilesButton({ label, hint = '', accept, several = false, folder = false, chosen = [], onFiles }: Props) {
  const { t } = useMessages(packsMessages);
  const id = useId();
  const [first] = chosen;
  return (
    <span className="packs-files">
      <input
        id={id}
        className="visually-hidden"
        type="file"
        multiple={several || folder}
        {...(accept === undefined ? {} : { accept })}
        {...(folder ? { webkitdirectory: '' } : {})}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <label className="button" htmlFor={id}>{label}</label>
      {first === undefined ? (hint !== '' && <span className="note">{hint}</span>) : <span className="note">{chosen.length === 1 ? first : t('files', { name: first, n: chosen.length - 1 })}</span>}
      {first !== undefined && <button type="button" className="quiet" aria-label={t('takeBack', { label })} onClick={() => { onFiles([]); }}>✕</button>}
    </span>
  );
}
