/** A name in quotes, with what would break out of them escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text)
}

/** `a, b and c`; of many the first five. */
export function listed(items: readonly string[]): string {
  const shown = items.length > 5 ? [...items.slice(0, 5), `${items.length - 5} more`] : items
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`
}

/** Enough of a digest or a key id to know it again. */
export function shortDigest(digest: string): string {
  const value = digest.lastIndexOf(':') + 1
  return /^[0-9a-f]{20,}$/.test(digest.slice(value)) ? `${digest.slice(0, value + 12)}…` : digest
}
