import { isSpace } from './cursor.ts'
import type { Cursor } from './cursor.ts'

export interface Attribute {
  readonly name: string
  readonly value: string
  /** Whether the tag goes on. */
  readonly more: boolean
}

const nothing: Attribute = { name: '', value: '', more: false }

/**
 * The next attribute of a tag whose name has been passed, as in the HTML standard's "prescan a byte stream to determine
 * its encoding". A NUL byte ends the input.
 */
export function nextAttribute(cursor: Cursor): Attribute {
  while (isSpace(cursor.peek()) || cursor.peek() === '/') cursor.pop()
  if (cursor.peek() === '>') return nothing
  let name = ''
  for (;;) {
    const character = cursor.pop()
    if (ended(character)) return nothing
    if (character === '=' && name !== '') return { name, ...nextValue(cursor) }
    if (isSpace(character)) {
      cursor.skipSpace()
      if (cursor.peek() !== '=') return { name, value: '', more: true }
      cursor.pop()
      return { name, ...nextValue(cursor) }
    }
    if (character === '/' || character === '>') return { name, value: '', more: false }
    name += character
  }
}

function nextValue(cursor: Cursor): { readonly value: string; readonly more: boolean } {
  cursor.skipSpace()
  const first = cursor.pop()
  if (ended(first) || first === '>') return { value: '', more: false }
  if (first === '"' || first === "'") {
    const value = cursor.popUntil(first)
    if (cursor.pop() !== first) return { value: '', more: false }
    return { value, more: !ended(cursor.peek()) && cursor.peek() !== '>' }
  }
  let value = first
  for (;;) {
    const character = cursor.pop()
    if (ended(character)) return { value: '', more: false }
    if (isSpace(character)) return { value, more: true }
    if (character === '>') return { value, more: false }
    value += character
  }
}

/** Steps over one comment, if the cursor stands on one that ends. Its two pairs of dashes may be the same. */
export function skipComment(cursor: Cursor): boolean {
  if (!cursor.startsWith('<!--')) return false
  const end = cursor.text.indexOf('-->', cursor.offset + 2)
  if (end === -1) return false
  cursor.offset = end + 3
  return true
}

function ended(character: string): boolean {
  return character === '' || character === '\0'
}
