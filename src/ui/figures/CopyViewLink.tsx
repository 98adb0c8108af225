import { useEffect, useRef, useState } from 'react';
import { MAX_SELECTION } from '../../core/permalink/selection.ts';
import { useApp } from '../app-context.ts';
import { figureMessages } from '../i18n/figures.ts';
import { useMessages, useText } from '../i18n/text.ts';
import { copyText } from './copy-text.ts';
import { LinkSheet } from './LinkSheet.tsx';
import { useViewAddress } from './use-stamp.ts';

/** Milliseconds that "copied" stays beside the button. */
const SHOWN = 6000;

/** Copies the address of what the page shows, and says so; where the browser does not allow it, it shows the address. */
export function CopyViewLink() {
  const { t } = useText();
  const { t: own } = useMessages(figureMessages);
  const address = useViewAddress();
  const { chosen } = useApp((s) => ({ chosen: s.atlas.selection.length }));
  const sheet = useRef<HTMLDialogElement>(null);
  const [made, setMade] = useState<{ url: string; copied: boolean; left: number } | null>(null);
  useEffect(() => {
    if (made?.copied !== true) return;
    const timer = setTimeout(() => { setMade(null); }, SHOWN);
    return () => { clearTimeout(timer); };
  }, [made]);

  const copy = async (): Promise<void> => {
    const url = address();
    const copied = await copyText(url);
    setMade({ url, copied, left: chosen > MAX_SELECTION ? chosen : 0 });
    if (!copied) sheet.current?.showModal();
  };
  const cut = made !== null && made.left > 0 && own('view.cut', { n: made.left, m: MAX_SELECTION });
  return (
    <span className="copy-view">
      {/* The shortcut of the page presses whichever button has this id. */}
      <button type="button" id="copy-link" onClick={() => void copy()}>{t('link.copy')}</button>
      <span role="status" className="copy-says">{made?.copied === true && <span>{t('link.copied')} {cut}</span>}</span>
      <LinkSheet ref={sheet} title={own('view.title')} url={made?.url ?? null} copied={made?.copied ?? false}>
        {cut !== false && <p>{cut}</p>}
      </LinkSheet>
    </span>
  );
}
