import { useState } from 'react';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly note?: boolean;
  readonly onCommit: (value: string) => void;
}

/** A line that can be written over where it stands: Enter or leaving it keeps the change, Escape takes it back. */
export function EditableText({ label, value, placeholder, note = false, onCommit }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft !== null && draft.trim() !== value && (note || draft.trim() !== '')) onCommit(draft.trim());
    setDraft(null);
  };
  return (
    <input
      type="text"
      className={note ? 'editable note' : 'editable'}
      aria-label={label}
      title={value}
      value={draft ?? value}
      placeholder={placeholder}
      maxLength={200}
      onChange={(event) => { setDraft(event.target.value); }}
      onBlur={commit}
      onKeyDown={(event) => {
        // Never while an input method is composing (Japanese).
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur();
        if (event.key === 'Escape') setDraft(null);
      }}
    />
  );
}
