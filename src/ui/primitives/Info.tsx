import { useId } from 'react';
import { useText } from '../i18n/text.ts';

/** A small ⓘ that shows a definition; a native popover, so it works by click, tap and keyboard, and closes with Escape. */
export function Info({ about, children }: { readonly about: string; readonly children: React.ReactNode }) {
  const { t } = useText();
  const id = useId();
  return (
    <>
      <button type="button" className="info" popoverTarget={id} aria-label={t('info.what', { what: about })}>ⓘ</button>
      <span id={id} popover="auto" className="popover" role="note">{children}</span>
    </>
  );
}
