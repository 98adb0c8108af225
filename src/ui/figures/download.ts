/** Saves a file from the page. */
export function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the bytes by then; at once would be too early in Safari.
  setTimeout(() => { URL.revokeObjectURL(url); }, 10_000);
}
