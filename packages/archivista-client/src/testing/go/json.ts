/** A value as Go's `encoding/json` would decode it: of repeated keys the last one counts. */
export type GoValue = null | boolean | number | string | readonly GoValue[] | GoObject
export type GoObject = ReadonlyMap<string, GoValue>

/** What Go says of text that it cannot decode. */
export class GoJsonError extends Error {
  override readonly name: string = 'GoJsonError'
}

const literals: ReadonlyMap<string, GoValue> = new Map<string, GoValue>([['true', true], ['false', false], ['null', null]])

/** Decodes one document with Go's words for what is wrong; `isStream` leaves whatever comes behind it alone. */
export function decodeGoJson(bytes: Uint8Array, isStream = false): GoValue {
  return new Scanner(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).document(isStream)
}

class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(isStream: boolean): GoValue {
    const value = this.#value()
    this.#space()
    if (!isStream && this.#at < this.#text.length) throw this.#unexpected('after top-level value')
    return value
  }

  #value(): GoValue {
    this.#space()
    const first = this.#text[this.#at]
    if (first === '{') return this.#object()
    if (first === '[') return this.#array()
    if (first === '"') return this.#string()
    const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
    number.lastIndex = this.#at
    const found = number.exec(this.#text)
    if (found !== null) {
      this.#at = number.lastIndex
      return Number(found[0])
    }
    for (const [name, value] of literals) {
      if (first === name[0]) return this.#literal(name, value)
    }
    throw this.#unexpected('looking for beginning of value')
  }

  #literal(name: string, value: GoValue): GoValue {
    for (const letter of name) {
      if (this.#text[this.#at] !== letter) throw this.#unexpected(`in literal ${name} (expecting '${letter}')`)
      this.#at++
    }
    return value
  }

  #object(): GoObject {
    const members = new Map<string, GoValue>()
    this.#at++
    for (let isFirst = true; ; isFirst = false) {
      this.#space()
      if (isFirst && this.#take('}')) return members
      if (this.#text[this.#at] !== '"') throw this.#unexpected('looking for beginning of object key string')
      const key = this.#string()
      this.#space()
      if (!this.#take(':')) throw this.#unexpected('after object key')
      members.set(key, this.#value())
      this.#space()
      if (this.#take('}')) return members
      if (!this.#take(',')) throw this.#unexpected('after object key:value pair')
    }
  }

  #array(): readonly GoValue[] {
    const items: GoValue[] = []
    this.#at++
    for (let isFirst = true; ; isFirst = false) {
      this.#space()
      if (isFirst && this.#take(']')) return items
      items.push(this.#value())
      this.#space()
      if (this.#take(']')) return items
      if (!this.#take(',')) throw this.#unexpected('after array element')
    }
  }

  #string(): string {
    const begin = this.#at++
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? ''
      if (character === '\\') this.#at++
      else if (character < ' ') throw this.#unexpected('in string literal')
      else if (character === '"') break
    }
    if (this.#at >= this.#text.length) throw this.#unexpected('')
    this.#at++
    try {
      return JSON.parse(this.#text.slice(begin, this.#at)) as string
    } catch {
      throw new GoJsonError('invalid character in string escape code')
    }
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #unexpected(context: string): GoJsonError {
    const found = this.#text.codePointAt(this.#at)
    if (found === undefined) return new GoJsonError('unexpected end of JSON input')
    return new GoJsonError(`invalid character ${quoted(found)} ${context}`)
  }
}

function quoted(code: number): string {
  if (code === 0x27) return String.raw`'\''`
  if (code === 0x22) return `'"'`
  const escapes: Readonly<Record<number, string>> = { 7: 'a', 8: 'b', 9: 't', 10: 'n', 11: 'v', 12: 'f', 13: 'r', 92: '\\' }
  const short = escapes[code]
  if (short !== undefined) return `'\\${short}'`
  return code < 32 || code === 127 ? `'\\x${code.toString(16).padStart(2, '0')}'` : `'${String.fromCodePoint(code)}'`
}

/** A member as Go finds it: the last whose name is the same but for the case of its letters. */
export function memberOf(object: GoObject, name: string): GoValue | undefined {
  let found: GoValue | undefined
  for (const [key, value] of object) {
    if (key === name || key.toLowerCase() === name.toLowerCase()) found = value
  }
  return found
}

/** What Go calls the kind of a value. */
export function kindOf(value: GoValue): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value !== 'object') return typeof value
  return Array.isArray(value) ? 'array' : 'object'
}

/** Text as Go writes JSON into answers. */
export function encodeGoJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
