import { Cursor, isSpace } from './cursor.ts'
import type { Test } from './format.ts'

/** So many lines of a header are read. */
const headerLines = 128

/** A Netpbm image of the kinds given: width and height stand in the first line that is no comment. */
export function netpbm(...kinds: readonly string[]): Test {
  return (head) => {
    const kind = kinds.find((kind) => head.startsWith(kind))
    if (kind === undefined) return false
    const cursor = new Cursor(head, kind.length)
    let line = ''
    for (let count = 0; count < headerLines; count++) {
      line = cursor.line()
      if (line.startsWith('#')) continue
      line = line.replace(/^[\t\n\f\r ]+/, '')
      if (cursor.done || line !== '') break
    }
    const [width = '', height = ''] = words(line)
    return isPositive(width) && isPositive(height)
  }
}

/** A Netpbm arbitrary map: all of its four measures stand before the end of the header. */
export function netpam(head: string): boolean {
  if (!head.startsWith('P7\n')) return false
  const cursor = new Cursor(head)
  const measures = ['WIDTH ', 'HEIGHT ', 'DEPTH ', 'MAXVAL ']
  const found = new Set<string>()
  for (let count = 0; count < headerLines; count++) {
    const line = cursor.line()
    if (line === '' || line.startsWith('#')) {
      if (cursor.done) return false
      continue
    }
    if (line.startsWith('ENDHDR')) return found.size === measures.length
    const measure = measures.find((measure) => line.startsWith(measure))
    if (measure !== undefined) found.add(measure)
  }
  return false
}

/** Words between single runs of white space; a first word may be empty. */
function words(line: string): readonly string[] {
  const found: string[] = ['']
  let inWord = true
  for (const character of line) {
    if (isSpace(character)) {
      inWord = false
    } else {
      if (!inWord) found.push('')
      inWord = true
      found.push((found.pop() ?? '') + character)
    }
  }
  return found
}

/** A decimal number above zero that 64 bits hold. */
function isPositive(text: string): boolean {
  return /^\+?\d+$/.test(text) && /[1-9]/.test(text) && BigInt(text.replace('+', '')) <= 0x7fff_ffff_ffff_ffffn
}
