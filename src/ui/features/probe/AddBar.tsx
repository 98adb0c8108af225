import { useEffect, useRef, useState } from 'react';
import { useActions } from '../../app-context.ts';
import { useText } from '../../i18n/text.ts';
import { CopyLink } from './CopyLink.tsx';
import { fromDrop, fromFiles, type Dropped } from './dropped.ts';

/** Where pictures and texts come in: the file button, the text box, and drop and paste on the whole page. */
export function AddBar() {
  const { t } = useText();
  const actions = useActions();
  const [over, setOver] = useState(false);
  const [skipped, setSkipped] = useState(0);
  const [text, setText] = useState('');
  const picker = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const take = (dropped: Dropped): void => {
      setSkipped(dropped.skipped);
      void actions.addImages(dropped.images);
    };
    const onDrop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      const transfer = event.dataTransfer;
      if (transfer === null) return;
      const plain = transfer.getData('text/plain');
      if (transfer.items.length > 0 && transfer.types.includes('Files')) void fromDrop(transfer).then(take);
      else if (plain !== '') void actions.addTexts(plain);
    };
    const onDragOver = (event: DragEvent): void => {
      event.preventDefault();
      setOver(true);
    };
    const onDragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onPaste = (event: ClipboardEvent): void => {
      const data = event.clipboardData;
      if (data === null) return;
      if (data.files.length > 0) {
        event.preventDefault();
        take(fromFiles(data.files));
      } else if (!(event.target instanceof HTMLTextAreaElement) && !(event.target instanceof HTMLInputElement)) {
        void actions.addTexts(data.getData('text/plain'));
      }
    };
    const target = document;
    target.addEventListener('drop', onDrop);
    target.addEventListener('dragover', onDragOver);
    target.addEventListener('dragleave', onDragLeave);
    target.addEventListener('paste', onPaste);
    return () => {
      target.removeEventListener('drop', onDrop);
      target.removeEventListener('dragover', onDragOver);
      target.removeEventListener('dragleave', onDragLeave);
      target.removeEventListener('paste', onPaste);
    };
  }, [actions]);

  const submit = (): void => {
    if (text.trim() === '') return;
    void actions.addTexts(text);
    setText('');
  };
  return (
    <div className={over ? 'add-bar over' : 'add-bar'}>
      <span className="note add-hint">{over ? t('drop.over') : t('drop.hint')}</span>
      <label className="button" htmlFor="add-images">{t('drop.add')}</label>
      <input
        ref={picker}
        id="add-images"
        className="visually-hidden"
        type="file"
        multiple
        aria-label={t('drop.add')}
        accept="image/*,.png,.jpg,.jpeg,.gif,.webp,.bmp,.avif"
        onChange={(event) => {
          const dropped = fromFiles(event.target.files ?? []);
          setSkipped(dropped.skipped);
          void actions.addImages(dropped.images);
          event.target.value = '';
        }}
      />
      <form
        className="add-text"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <textarea
          id="add-text"
          rows={1}
          aria-label={t('drop.text')}
          placeholder={t('drop.text.placeholder')}
          value={text}
          onChange={(event) => { setText(event.target.value); }}
          onKeyDown={(event) => {
            // Enter submits; Shift+Enter makes a line; never while an input method is composing (Japanese).
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              submit();
            }
          }}
        />
        <button type="submit" disabled={text.trim() === ''}>{t('drop.text.button')}</button>
      </form>
      <CopyLink />
      {skipped > 0 && <p className="note" role="status">{t('drop.skipped', { n: skipped })}</p>}
    </div>
  );
}
