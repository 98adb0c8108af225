import { useRef, useState } from 'react';
import { copyText } from '../../figures/copy-text.ts';
import { LinkSheet } from '../../figures/LinkSheet.tsx';
import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages, useText } from '../../i18n/text.ts';

/** Copies the address of the map with a set selected; where the browser does not allow it, it shows the address. */
export function CopySetLink({ hash }: { readonly hash: string }) {
  const { t: page } = useText();
  const { t } = useMessages(collectionsMessages);
  const sheet = useRef<HTMLDialogElement>(null);
  const [made, setMade] = useState<{ url: string; copied: boolean } | null>(null);
  const copy = async (): Promise<void> => {
    const url = new URL(hash, location.href).href;
    const copied = await copyText(url);
    setMade({ url, copied });
    if (!copied) sheet.current?.showModal();
  };
  // What was copied is said as long as it is what would be copied again.
  const current = made?.copied === true && made.url === new URL(hash, location.href).href;
  return (
    <>
      <button type="button" onClick={() => void copy()}>{page('link.copy')}</button>
      <span role="status" className="note">{current ? page('link.copied') : ''} {t('link.says')}</span>
      <LinkSheet ref={sheet} title={t('link.title')} url={made?.url ?? null} copied={made?.copied ?? false}>
        <p>{t('link.says')}</p>
      </LinkSheet>
    </>
  );
}
