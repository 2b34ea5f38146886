/** Save a file in the reader's downloads. */
export function saveFile(name: string, parts: readonly string[], type: string) {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
