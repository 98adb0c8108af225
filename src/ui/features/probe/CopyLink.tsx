import { useRef, useState } from 'react';
import { useActions, useApp } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';

/** Copies the permalink and says what is in it and what is not. */
export function CopyLink() {
  const { t } = useText();
  const actions = useActions();
  const any = useApp((s) => s.probes.some((p) => p.readout !== null));
  const dialog = useRef<HTMLDialogElement>(null);
  const [made, setMade] = useState<{ url: string; carried: number; total: number; copied: boolean } | null>(null);

  const copy = async (): Promise<void> => {
    const link = actions.link();
    const url = new URL(link.hash, location.href).href;
    const copied = await navigator.clipboard.writeText(url).then(() => true, () => false);
    setMade({ url, carried: link.carried, total: link.total, copied });
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" className="primary" id="copy-link" disabled={!any} onClick={() => void copy()}>{t('link.copy')}</button>
      <dialog ref={dialog} aria-labelledby="link-title" className="sheet">
        <h2 id="link-title">{t('link.title')}</h2>
        {made !== null && (
          <>
            <p role="status">{made.copied ? t('link.copied') : t('link.manual')}</p>
            <input type="text" readOnly aria-label={t('link.field')} value={made.url} onFocus={(event) => { event.target.select(); }} />
            <p>{t('link.says', { n: made.carried, m: made.total })}</p>
            <p className="note">{t('link.size', { n: made.url.length })}</p>
          </>
        )}
        <form method="dialog"><button type="submit">{t('app.close')}</button></form>
      </dialog>
    </>
  );
}
