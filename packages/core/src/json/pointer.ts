/** How much of a pointer a message shows: keys come from outside and may be of any length. */
const shown = 200

/** Extends a JSON pointer (RFC 6901) by one key or index. */
export function childPointer(pointer: string, key: string | number): string {
  return typeof key === 'number' ? `${pointer}/${key}` : `${pointer}/${key.includes('~') || key.includes('/') ? escapeToken(key) : key}`
}

function escapeToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** A pointer as a message shows it: the root by name, control characters escaped, the middle of a long one left out. */
export function showPointer(pointer: string): string {
  if (pointer === '') return 'the root'
  const text = pointer.length <= shown ? pointer : `${pointer.slice(0, shown / 2)}…${pointer.slice(-shown / 2)}`
  return JSON.stringify(text).slice(1, -1)
}
