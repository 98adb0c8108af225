interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly onChange: (value: T) => void;
}

/** A choice in the bar of the map: its name, and a list. */
export function SelectField<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <label className="map-field">
      <span className="note">{label}</span>
      <select value={value} onChange={(event) => { const chosen = options.find((option) => option.value === event.target.value); if (chosen !== undefined) onChange(chosen.value); }}>
        {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
      </select>
    </label>
  );
}
