import { useId } from 'react';
import { Info } from '../../../primitives/Info.tsx';

interface Props<T extends string> {
  readonly label: string;
  readonly info?: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly error?: string | null;
  readonly onChange: (value: T) => void;
}

/** One of several, by name. */
export function SelectField<T extends string>({ label, info, value, options, error = null, onChange }: Props<T>) {
  const id = useId();
  return (
    <div className="field">
      <span className="field-label">
        <label htmlFor={id}>{label}</label>
        {info !== undefined && <Info about={label}>{info}</Info>}
      </span>
      <span className="field-input">
        <select
          id={id}
          value={value}
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : `${id}-error`}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen !== undefined) onChange(chosen.value);
          }}
        >
          {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
        </select>
      </span>
      {error !== null && <p id={`${id}-error`} className="field-error">{error}</p>}
    </div>
  );
}
