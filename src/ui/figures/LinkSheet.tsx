import { useId } from 'react';
import { useText } from '../i18n/text.ts';

interface Props {
  readonly ref: React.Ref<HTMLDialogElement>;
  readonly title: string;
  /** Null until there is one. */
  readonly url: string | null;
  /** It is on the clipboard; else it can be copied by hand. */
  readonly copied: boolean;
  /** What is in the link and what is not. */
  readonly children?: React.ReactNode;
}

/** A dialog with a link to copy. */
export function LinkSheet({ ref, title, url, copied, children }: Props) {
  const { t } = useText();
  const id = useId();
  return (
    <dialog ref={ref} aria-labelledby={id} className="sheet">
      <h2 id={id}>{title}</h2>
      {url !== null && (
        <>
          <p role="status">{copied ? t('link.copied') : t('link.manual')}</p>
          <input type="text" readOnly aria-label={t('link.field')} value={url} onFocus={(event) => { event.target.select(); }} />
          {children}
          <p className="note">{t('link.size', { n: url.length })}</p>
        </>
      )}
      <form method="dialog"><button type="submit">{t('app.close')}</button></form>
    </dialog>
  );
}
