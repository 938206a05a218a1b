import { rethrowExhaustion } from '../guarded.ts'
import type { Comment } from './ast.ts'

/** Token kinds carry the names that OPA's messages use. Identifiers become keywords only in the parser. */
export type TokenKind = string

/** All tokens of a source, as parallel lists. A run of whitespace is one token, comments are none. */
export interface Tokens {
  readonly kinds: readonly TokenKind[]
  readonly texts: readonly string[]
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly rows: readonly number[]
  readonly cols: readonly number[]
  /** What is wrong with a token. */
  readonly errors: readonly (readonly string[] | undefined)[]
  /** How many comments stand before a token. */
  readonly commentCounts: readonly number[]
  readonly comments: readonly Comment[]
}

const single: Readonly<Record<string, TokenKind | undefined>> = {
  '[': '[',
  ']': ']',
  '{': '{',
  '}': '}',
  '(': '(',
  ')': ')',
  ',': ',',
  ';': ';',
  '.': '.',
  '+': 'plus',
  '-': 'minus',
  '*': 'mul',
  '/': 'div',
  '%': 'rem',
  '&': 'and',
  '|': 'or',
}

const eof = -1

/**
 * Cuts a source into tokens. Columns count code points. A lone surrogate stands for a byte that is no UTF-8, as
 * {@link decodeSource} leaves it.
 */
export function scan(source: string, file: string): Tokens {
  const kinds: TokenKind[] = []
  const texts: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  const rows: number[] = []
  const cols: number[] = []
  const errors: (readonly string[] | undefined)[] = []
  const commentCounts: number[] = []
  const comments: Comment[] = []

  let offset = 0
  let row = 1
  let col = 0
  let current: number = eof
  let width = 0
  let problems: string[] = []
  /** The brace depth at which each open template expression began. */
  const templates: { readonly raw: boolean; readonly depth: number }[] = []
  let depth = 0

  // A bad character is reported with the token before it, because that is when OPA's scanner steps onto it.
  const next = (): void => {
    if (offset >= source.length) {
      current = eof
      offset = source.length
      width = 0
      ended = true
      return
    }
    current = source.codePointAt(offset) ?? eof
    width = current > 0xffff ? 2 : 1
    if (current === 0) problems.push('illegal null character')
    else if (current >= 0xd800 && current <= 0xdfff) problems.push('illegal utf-8 character')
    else if (current === 0xfeff && offset > 0) problems.push('illegal byte-order mark')
    offset += width
    if (current === 10) {
      row++
      col = 0
    } else col++
  }
  let ended = false

  const here = (): number => offset - width

  const emit = (kind: TokenKind, text: string, start: number, atRow: number, atCol: number): void => {
    kinds.push(kind)
    texts.push(text)
    starts.push(start)
    ends.push(here())
    rows.push(atRow)
    cols.push(atCol)
    errors.push(problems.length > 0 ? problems : undefined)
    commentCounts.push(comments.length)
    if (problems.length > 0) problems = []
  }

  const identifier = (): void => {
    while (isLetter(current) || isDigit(current)) next()
  }

  const number = (): void => {
    while (isDecimal(current)) next()
    if (current === 46) {
      next()
      if (!isDecimal(current)) problems.push('expected fraction')
      while (isDecimal(current)) next()
    }
    if (isExponent(current)) {
      next()
      if (isSign(current)) next()
      if (!isDecimal(current)) problems.push('expected exponent')
      while (isDecimal(current)) next()
    }
    if (isLetter(current)) {
      problems.push('illegal number format')
      identifier()
    }
  }

  const escape = (template: boolean): void => {
    if (current === 117) {
      for (let i = 0; i < 4; i++) next()
    } else if (current !== eof && '\\"/bfnrt'.includes(String.fromCodePoint(current))) next()
    else if (template && current === 123) next()
    else problems.push('illegal escape sequence')
  }

  const string = (): void => {
    for (;;) {
      const char = current
      if (char === 10 || char === eof) {
        problems.push('non-terminated string')
        return
      }
      next()
      if (char === 34) return
      if (char === 92) escape(false)
    }
  }

  const rawString = (): void => {
    for (;;) {
      const char = current
      next()
      if (char === 96) return
      if (char === eof) {
        problems.push('non-terminated string')
        return
      }
    }
  }

  /** One part of a template string, up to its `{` or its end. The text has its escaped braces resolved. */
  const template = (raw: boolean, start: number, atRow: number, atCol: number, from: number): void => {
    let text = ''
    let open = from + 1
    let kind = raw ? 'raw-template-string-part' : 'template-string-part'
    for (;;) {
      const char = current
      if (char === eof || (char === 10 && !raw)) {
        problems.push('non-terminated string')
        break
      }
      next()
      if (char === (raw ? 96 : 34)) {
        kind = raw ? 'raw-template-string-end' : 'template-string-end'
        break
      }
      if (char === 123) {
        templates.push({ raw, depth })
        break
      }
      if (char === 92) {
        if (current === 123) {
          text += source.slice(open, here() - 1)
          open = here()
          next()
        } else if (!raw) escape(true)
      }
    }
    text += source.slice(open, Math.max(open, here() - 1))
    emit(kind, text, start, atRow, atCol)
  }

  const atLineEnd = (): boolean => current === 10 || current === eof

  const comment = (start: number, atRow: number, atCol: number): void => {
    while (!atLineEnd()) next()
    const end = here()
    const text = source.slice(start + 1, source[end - 1] === '\r' ? end - 1 : end)
    comments.push({ text, loc: { file, row: atRow, col: atCol, offset: start, end } })
  }

  next()
  if (current === 0xfeff) {
    next()
  }
  for (;;) {
    const start = here()
    const atRow = row
    const atCol = col
    if (isWhitespace(current)) {
      let newline = false
      do {
        if (current === 10) newline = true
        next()
      } while (isWhitespace(current) && problems.length === 0)
      emit('whitespace', newline ? '\n' : ' ', start, atRow, atCol)
      continue
    }
    if (isLetter(current)) {
      identifier()
      emit('identifier', source.slice(start, here()), start, atRow, atCol)
      continue
    }
    if (isDecimal(current)) {
      number()
      // OPA cuts the text one byte before the scanner's place, so that a wide character behind a number spoils it.
      emit('number', source.slice(start, here()) + (current > 127 ? '?' : ''), start, atRow, atCol)
      continue
    }
    const char = current === eof ? '' : String.fromCodePoint(current)
    if (current === eof) {
      emit('eof', '', ended ? source.length : start, atRow, ended ? atCol : atCol)
      break
    }
    next()
    if (char === '#') {
      comment(start, atRow, atCol)
      if (problems.length > 0) emit('illegal', '', start, atRow, atCol)
      continue
    }
    if (char === '"') {
      string()
      emit('string', source.slice(start, here()), start, atRow, atCol)
      continue
    }
    if (char === '`') {
      rawString()
      emit('string', source.slice(start, here()), start, atRow, atCol)
      continue
    }
    if (char === '$' && (current === 34 || current === 96)) {
      const raw = current === 96
      const from = here()
      next()
      template(raw, start, atRow, atCol, from)
      continue
    }
    let kind = single[char]
    if (kind === undefined) {
      const equals = current === 61
      if (char === ':') kind = equals ? 'assign' : ':'
      else if (char === '=') kind = equals ? 'equal' : 'eq'
      else if (char === '>') kind = equals ? 'gte' : 'gt'
      else if (char === '<') kind = equals ? 'lte' : 'lt'
      else if (char === '!' && equals) kind = 'neq'
      else {
        kind = 'illegal'
        if (char === '!') problems.push('illegal ! character')
        if (char === '$') problems.push('illegal $ character')
      }
      if (equals && kind !== 'illegal') next()
    }
    if (kind === '{') depth++
    const open = templates.at(-1)
    if (kind === '}' && open?.depth === depth) {
      templates.pop()
      emit('}', '', start, atRow, atCol)
      template(open.raw, here(), row, col, start)
      continue
    }
    if (kind === '}') depth--
    emit(kind, kind === '.' ? '.' : '', start, atRow, atCol)
  }
  return { kinds, texts, starts, ends, rows, cols, errors, commentCounts, comments }
}

function isWhitespace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13
}

function isExponent(code: number): boolean {
  return code === 101 || code === 69
}

function isSign(code: number): boolean {
  return code === 43 || code === 45
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95
}

function isDecimal(code: number): boolean {
  return code >= 48 && code <= 57
}

function isDigit(code: number): boolean {
  return isDecimal(code) || (code >= 128 && /\p{Nd}/u.test(String.fromCodePoint(code)))
}

/** A source from its bytes; a byte that is no UTF-8 becomes a lone surrogate, which the scanner reports. */
export function decodeSource(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    rethrowExhaustion(error)
    return decodeLeniently(bytes)
  }
}

function decodeLeniently(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let out = ''
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    let char: string | undefined
    try {
      char = decoder.decode(bytes.subarray(at, at + length))
    } catch (error) {
      rethrowExhaustion(error)
      char = undefined
    }
    // Only whole characters count: a truncated one gives each of its bytes on its own.
    if (char === undefined || char.length !== ((char.codePointAt(0) ?? 0) > 0xffff ? 2 : 1)) {
      out += '\udc80'
      at += 1
    } else {
      out += char
      at += length
    }
  }
  return out
}
