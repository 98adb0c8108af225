import { useRef, useState } from 'react';
import { useActions, useApp } from '../../app-context.ts';
import { copyText } from '../../figures/copy-text.ts';
import { LinkSheet } from '../../figures/LinkSheet.tsx';
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
    setMade({ url, carried: link.carried, total: link.total, copied: await copyText(url) });
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" className="primary" id="copy-link" disabled={!any} onClick={() => void copy()}>{t('link.copy')}</button>
      <LinkSheet ref={dialog} title={t('link.title')} url={made?.url ?? null} copied={made?.copied ?? false}>
        <p>{t('link.says', { n: made?.carried ?? 0, m: made?.total ?? 0 })}</p>
      </LinkSheet>
    </>
  );
}
