import { useId, useState } from 'react';
import type { PathBlob } from '../../../engine/own/protocol.ts';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { FilesButton } from './FilesButton.tsx';
import { usePacks, usePacksActions } from './packs-context.ts';
import { useFolderDrop } from './useFolderDrop.ts';

/** Opens a pack from a zip, a folder or an address. */
export function OpenPanel() {
  const { t } = useMessages(packsMessages);
  const actions = usePacksActions();
  const busy = usePacks((s) => s.progress !== null);
  const [address, setAddress] = useState('');
  const id = useId();
  const take = (files: readonly PathBlob[]): void => { if (files.length > 0) void actions.receive({ files }); };
  const over = useFolderDrop(take);
  const host = hostOf(address);
  return (
    <section className={over ? 'packs-drop over' : 'packs-drop'} aria-label={t('open')}>
      <p className="note">{t('open.says')}</p>
      <p className="packs-line">
        <FilesButton label={t('open.zip')} accept=".zip,application/zip" onFiles={(files) => { take(files.map((file) => ({ path: file.name, blob: file }))); }} />
        <FilesButton label={t('open.folder')} folder onFiles={(files) => { take(files.map((file) => ({ path: file.webkitRelativePath, blob: file }))); }} />
        <span className="note">{t('photos.drop')}</span>
      </p>
      <form
        className="packs-line"
        onSubmit={(event) => {
          event.preventDefault();
          void actions.receive({ address });
        }}
      >
        <label htmlFor={id}>{t('open.address')}</label>
        <input id={id} type="text" inputMode="url" spellCheck={false} autoCapitalize="none" placeholder={t('open.address.hint')} value={address} onChange={(event) => { setAddress(event.target.value); }} />
        <button type="submit" disabled={busy || address.trim() === ''}>{t('open.fetch')}</button>
      </form>
      {host !== null && <p className="note">{t('open.host', { host })}</p>}
    </section>
  );
}

/** Who would be asked; null while the address names nobody else. */
function hostOf(address: string): string | null {
  if (/^hf:/iu.test(address.trim())) return 'huggingface.co';
  return URL.canParse(address.trim()) ? new URL(address.trim()).host || null : null;
}
