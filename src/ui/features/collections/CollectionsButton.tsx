import { useEffect, useId, useRef, useState } from 'react';
import { collectionsMessages } from '../../i18n/collections.ts';
import { useMessages } from '../../i18n/text.ts';
import '../../styles/collections.css';
import { CollectionsPanel } from './CollectionsPanel.tsx';

/** What the map below takes as a search when it is dropped or pasted is not meant for it here. */
const apart = {
  onDragOver: keepFiles,
  onDrop: keepFiles,
  onPaste: (event: React.ClipboardEvent): void => { event.stopPropagation(); },
};

/** A button that opens the collections in a dialog; following a link in it closes it. */
export function CollectionsButton() {
  const { t } = useMessages(collectionsMessages);
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const close = (): void => { dialog.current?.close(); };
    window.addEventListener('hashchange', close);
    return () => { window.removeEventListener('hashchange', close); };
  }, []);
  return (
    <>
      <button type="button" aria-haspopup="dialog" onClick={() => { setOpen(true); dialog.current?.showModal(); }}>{t('title')}</button>
      <dialog ref={dialog} className="sheet collections-sheet" aria-labelledby={id} {...apart} onClose={() => { setOpen(false); }}>
        <form method="dialog" className="collections-head">
          <h2 id={id}>{t('title')}</h2>
          <span className="spacer" />
          <button type="submit" className="quiet" aria-label={t('close')}>✕</button>
        </form>
        {open && <CollectionsPanel />}
      </dialog>
    </>
  );
}

/** Beside the panel, too, or the browser would leave the page for the file. */
function keepFiles(event: React.DragEvent): void {
  event.stopPropagation();
  if (event.dataTransfer.types.includes('Files')) event.preventDefault();
}
