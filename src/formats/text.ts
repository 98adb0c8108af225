/** A name or value from a file, cut so that a message stays one readable line whatever the file says. */
export function short(text: string, length = 80): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/** A JSON value from a settings file, as short text. */
export function shortJson(value: unknown): string {
  return value === undefined ? 'nothing' : short(JSON.stringify(value));
}
