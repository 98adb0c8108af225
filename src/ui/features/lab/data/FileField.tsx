import { useId } from 'react';
import type { NamedBlob } from '../../../../engine/lab/protocol.ts';
import { useLabText } from '../lab-text.ts';

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly accept: string;
  readonly several: boolean;
  readonly files: readonly NamedBlob[];
  readonly onChange: (files: readonly NamedBlob[]) => void;
}

/** Files of one purpose: a button to choose them, their names, and a way to take them back. */
export function FileField({ label, hint, accept, several, files, onChange }: Props) {
  const { t } = useLabText();
  const id = useId();
  const [first] = files;
  return (
    <div className="file-field">
      <input
        id={id}
        className="visually-hidden"
        type="file"
        multiple={several}
        accept={accept}
        aria-describedby={`${id}-names`}
        onChange={(event) => {
          onChange([...(event.target.files ?? [])].map((file) => ({ name: file.name, blob: file })));
          event.target.value = '';
        }}
      />
      <label className="button" htmlFor={id}>{label}</label>
      <span id={`${id}-names`} className={first === undefined ? 'note file-hint' : 'note file-names'}>
        {first === undefined ? hint : files.length === 1 ? first.name : t('data.files', { name: first.name, n: files.length - 1 })}
      </span>
      {first !== undefined && <button type="button" className="quiet" aria-label={t('data.takeBack', { label })} onClick={() => { onChange([]); }}>✕</button>}
    </div>
  );
}
