import { Cursor, isSpace } from './cursor.ts'
import { nextAttribute, skipComment } from './markup-attribute.ts'

const byteOrderMarks = [
  ['\xef\xbb\xbf', 'utf-8'],
  ['\0\0\xfe\xff', 'utf-32be'],
  ['\xff\xfe\0\0', 'utf-32le'],
  ['\xfe\xff', 'utf-16be'],
  ['\xff\xfe', 'utf-16le'],
] as const

/** So many bytes are searched for a declaration. */
const declarationLimit = 1024

/** The charset that a byte order mark tells, or ''. */
export function charsetOfMark(text: string): string {
  return byteOrderMarks.find(([mark]) => text.startsWith(mark))?.[1] ?? ''
}

export function charsetOfPlain(head: string): string {
  const text = head.slice(0, declarationLimit)
  if (text === '') return ''
  const marked = charsetOfMark(text)
  if (marked !== '') return marked
  const whole = withoutLastRune(text)
  if (hasHighByte(whole) && isUtf8(whole)) return 'utf-8'
  if (every(text, isAsciiText)) return 'utf-8'
  return charsetOfLatin(text)
}

export function charsetOfXml(head: string): string {
  const declared = declaredByXml(head.slice(0, declarationLimit))
  return declared === '' ? charsetOfPlain(head) : declared
}

export function charsetOfHtml(head: string): string {
  const text = head.slice(0, declarationLimit)
  const marked = charsetOfMark(text)
  if (marked !== '') return marked
  const declared = declaredByHtml(text)
  return declared === '' ? charsetOfPlain(head) : declared
}

function declaredByXml(text: string): string {
  const cursor = new Cursor(text)
  for (;;) {
    const start = cursor.text.indexOf('<?xml', cursor.offset)
    if (start === -1) return ''
    cursor.offset = start + '<?xml'.length
    for (let more = true; more; ) {
      const attribute = nextAttribute(cursor)
      if (attribute.name.startsWith('encoding') && attribute.value !== '') return goText(attribute.value)
      more = attribute.more
    }
  }
}

function declaredByHtml(text: string): string {
  const cursor = new Cursor(text)
  for (;;) {
    if (skipComment(cursor)) continue
    if (cursor.text.length - cursor.offset <= '<meta'.length) return ''
    const tag = cursor.text.slice(cursor.offset, cursor.offset + '<meta'.length).toUpperCase()
    if (tag === '<BODY') return ''
    if (tag !== '<META') {
      cursor.pop()
      continue
    }
    cursor.offset += '<meta'.length
    const next = cursor.pop()
    if (!isSpace(next) && next !== '/') return ''
    const charset = declaredByMeta(cursor)
    if (charset !== undefined) return goText(charset)
  }
}

/** What the attributes of one `meta` say; undefined when they say nothing. */
function declaredByMeta(cursor: Cursor): string | undefined {
  const seen = new Set<string>()
  let pragma = false
  let needsPragma: boolean | undefined
  let charset = ''
  for (let more = true; more; ) {
    const attribute = nextAttribute(cursor)
    more = attribute.more
    const name = attribute.name.toLowerCase()
    if (seen.has(name)) continue
    if (name === '' && attribute.value === '' && needsPragma !== false && !(needsPragma === true && pragma)) continue
    seen.add(name)
    if (name === 'http-equiv') {
      if (attribute.value.toUpperCase().startsWith('CONTENT-TYPE')) pragma = true
    } else if (name === 'content') {
      charset = charsetOfContentType(attribute.value)
      if (charset !== '') needsPragma = true
    } else if (name === 'charset') {
      charset = attribute.value
      needsPragma = false
    }
  }
  if (needsPragma === undefined || (needsPragma && !pragma)) return undefined
  return charset
}

function charsetOfContentType(content: string): string {
  const cursor = new Cursor(content)
  for (;;) {
    const found = cursor.text.indexOf('charset', cursor.offset)
    if (found === -1) return ''
    cursor.offset = found + 'charset'.length
    cursor.skipSpace()
    if (cursor.pop() !== '=') continue
    cursor.skipSpace()
    const quote = cursor.peek()
    if (quote === '' || quote === '\0') return ''
    if (quote === '"' || quote === "'") {
      cursor.pop()
      return cursor.popUntil(quote).trim()
    }
    let end = cursor.offset
    while (end < content.length && content.charAt(end) !== ';' && !isSpace(content.charAt(end))) end++
    return content.slice(cursor.offset, end).trim()
  }
}

/** ISO 8859-1 and its Windows cousin, or '' for bytes that no text has. */
function charsetOfLatin(text: string): string {
  if (!every(text, (code) => isAsciiText(code) || code >= 0xa0)) return ''
  return text.includes('\x85') ? 'windows-1252' : 'iso-8859-1'
}

/** As libmagic sorts bytes: BEL to CR, ESC, printable ASCII, and NEL. */
function isAsciiText(code: number): boolean {
  return (code >= 0x07 && code <= 0x0d) || code === 0x1b || (code >= 0x20 && code <= 0x7e) || code === 0x85
}

/** Drops the last character of more than one byte, which the limit may have cut. */
function withoutLastRune(text: string): string {
  for (let last = text.length - 1; last >= 0 && last > text.length - 4; last--) {
    const code = text.charCodeAt(last)
    if (code < 0x80) return text
    if ((code & 0xc0) !== 0x80) return text.slice(0, last)
  }
  return text
}

function hasHighByte(text: string): boolean {
  return !every(text, (code) => code < 0x80)
}

function isUtf8(text: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(text))
    return true
  } catch {
    return false
  }
}

/** The bytes as text, in Go's way: every byte that is no UTF-8 becomes one U+FFFD. */
function goText(text: string): string {
  if (!hasHighByte(text)) return text
  let decoded = ''
  for (let index = 0; index < text.length; ) {
    const rune = [1, 2, 3, 4].map((length) => text.slice(index, index + length)).find(isUtf8)
    decoded += rune === undefined ? '\ufffd' : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesOf(rune))
    index += rune?.length ?? 1
  }
  return decoded
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function every(text: string, test: (code: number) => boolean): boolean {
  for (let index = 0; index < text.length; index++) {
    if (!test(text.charCodeAt(index))) return false
  }
  return true
}
