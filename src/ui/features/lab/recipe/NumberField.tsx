import { useId, useState } from 'react';
import { Info } from '../../../primitives/Info.tsx';

interface Props {
  readonly label: string;
  /** Definition behind an ⓘ. */
  readonly info?: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | 'any';
  /** Said beside the name. */
  readonly unit?: string;
  readonly error?: string | null;
  readonly onChange: (value: number) => void;
}

/** A number with its name; what is half typed stays in the field and changes nothing yet. */
export function NumberField({ label, info, value, min = 0, max, step = 1, unit, error = null, onChange }: Props) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <div className="field">
      <span className="field-label">
        <label htmlFor={id}>{label}</label>
        {info !== undefined && <Info about={label}>{info}</Info>}
        {unit !== undefined && <span className="field-unit">{unit}</span>}
      </span>
      <span className="field-input">
        <input
          id={id}
          type="number"
          inputMode="decimal"
          min={min}
          max={max}
          step={step}
          value={draft ?? (Number.isInteger(value) ? value : Number(value.toPrecision(6)))}
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : `${id}-error`}
          onChange={(event) => {
            setDraft(event.target.value);
            if (event.target.value !== '' && Number.isFinite(event.target.valueAsNumber)) onChange(event.target.valueAsNumber);
          }}
          onBlur={() => { setDraft(null); }}
        />
      </span>
      {error !== null && <p id={`${id}-error`} className="field-error">{error}</p>}
    </div>
  );
}
