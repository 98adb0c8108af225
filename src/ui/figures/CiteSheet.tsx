import { useId, useState } from 'react';
import { figureMessages } from '../i18n/figures.ts';
import { useMessages, useText } from '../i18n/text.ts';
import { copyText } from './copy-text.ts';

interface Props {
  readonly ref: React.Ref<HTMLDialogElement>;
  /** BibTeX entries; empty until it was first opened. */
  readonly entries: string;
}

/** A dialog with the BibTeX of a view. */
export function CiteSheet({ ref, entries }: Props) {
  const { t } = useText();
  const { t: own } = useMessages(figureMessages);
  const id = useId();
  const [copied, setCopied] = useState<boolean | null>(null);
  return (
    <dialog ref={ref} aria-labelledby={id} className="sheet cite" onClose={() => { setCopied(null); }}>
      <h2 id={id}>{own('cite.title')}</h2>
      <p>{own('cite.says')}</p>
      <textarea readOnly rows={14} spellCheck={false} lang="en" aria-label={own('cite.field')} value={entries} onFocus={(event) => { event.target.select(); }} />
      <p role="status" className="note">{copied === null ? '' : copied ? t('link.copied') : t('link.manual')}</p>
      <form method="dialog" className="cite-buttons">
        <button type="button" className="primary" onClick={() => void copyText(entries).then(setCopied)}>{own('cite.copy')}</button>
        <button type="submit">{t('app.close')}</button>
      </form>
    </dialog>
  );
}
