/** A name from a pack as one line of text. */
export function plain(text: string): string {
  return text.replace(/[\s\p{C}]+/gu, ' ').trim();
}

/** A name from a pack in Markdown, where it is to be nothing but itself. */
export function markdown(text: string): string {
  return plain(text).replace(/[\\`*_{}[\]<>()#!|~&]/g, '\\$&');
}

/** A text as a YAML scalar: JSON's strings are YAML's double-quoted ones. */
export function yaml(text: string): string {
  return JSON.stringify(plain(text));
}
