import { isWellFormed } from '../bytes/utf8.ts'
import { CilockError } from '../error.ts'
import { childPointer, showPointer } from './pointer.ts'

/**
 * Finds the first thing in a text for which the strict reader refuses it. This is the exact, slower half of the reader:
 * it runs when the fast half found that something is wrong, to say what and where. Undefined when the text is fine.
 */
export function findFault(text: string, maxDepth: number): CilockError | undefined {
  return new FaultFinder(text, maxDepth).find()
}

interface Frame {
  /** The keys met so far; undefined in an array. */
  readonly keys: Set<string> | undefined
  key: string
  index: number
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

class FaultFinder {
  readonly #text: string
  readonly #maxDepth: number
  readonly #frames: Frame[] = []
  #at = 0

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  find(): CilockError | undefined {
    try {
      if (this.#text.startsWith('\ufeff')) this.#refuse('found a byte order mark')
      this.#document()
      return undefined
    } catch (error) {
      if (CilockError.is(error)) return error
      throw error
    }
  }

  #document(): void {
    this.#space()
    let complete = this.#begin()
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      complete = complete ? this.#afterMember(frame) : this.#firstMember(frame)
    }
    this.#space()
    if (this.#at < this.#text.length) this.#refuse('expected the end of the text after the value, found more')
  }

  /** Reads a value, or only the bracket that opens it; tells whether the value is complete. */
  #begin(): boolean {
    const char = this.#text[this.#at]
    if (char === '{' || char === '[') {
      this.#frames.push({ keys: char === '{' ? new Set() : undefined, key: '', index: 0 })
      if (this.#frames.length > this.#maxDepth) {
        this.#frames.pop()
        throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${this.#maxDepth} levels of nesting (maxDepth), found more${this.#place()}`)
      }
      this.#at++
      return false
    }
    if (char === '"') this.#string()
    else if (char !== undefined && (char === '-' || (char >= '0' && char <= '9'))) this.#token(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y, 'a number')
    else this.#token(/true|false|null/y, 'a value')
    return true
  }

  #firstMember(frame: Frame): boolean {
    this.#space()
    return this.#closes(frame) || this.#member(frame)
  }

  #afterMember(frame: Frame): boolean {
    this.#space()
    if (this.#closes(frame)) return true
    this.#expect(',', frame.keys === undefined ? "',' or ']'" : "',' or '}'")
    frame.index++
    this.#space()
    return this.#member(frame)
  }

  #closes(frame: Frame): boolean {
    if (this.#text[this.#at] !== (frame.keys === undefined ? ']' : '}')) return false
    this.#at++
    this.#frames.pop()
    return true
  }

  #member(frame: Frame): boolean {
    if (frame.keys !== undefined) {
      const start = this.#at
      if (this.#text[start] !== '"') this.#refuse(`expected a key in '"', found ${this.#found()}`)
      const key = this.#string()
      frame.key = key
      if (frame.keys.has(key)) {
        this.#at = start
        this.#refuse('expected each key once, found it twice')
      }
      frame.keys.add(key)
      this.#space()
      this.#expect(':', "':'")
      this.#space()
    }
    return this.#begin()
  }

  #string(): string {
    const start = this.#at
    let value = ''
    let from = ++this.#at
    for (;;) {
      const char = this.#text[this.#at]
      if (char === undefined) this.#refuse("expected '\"' at the end of a string, found the end of the text")
      if (char < ' ') this.#refuse('expected no control character in a string, found one')
      if (char === '"') break
      if (char === '\\') {
        value += this.#text.slice(from, this.#at) + this.#escape()
        from = this.#at
      } else this.#at++
    }
    value += this.#text.slice(from, this.#at)
    this.#at++
    // a raw half completed by an escaped one is not well-formed as text, though it is as a value
    if (!isWellFormed(value) || !isWellFormed(this.#text.slice(start, this.#at))) {
      this.#at = start
      this.#refuse('expected Unicode text, found a lone surrogate in a string')
    }
    return value
  }

  #escape(): string {
    const name = this.#text[this.#at + 1] ?? ''
    if (name === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#refuse('expected four hexadecimal digits in an escape')
      this.#at += 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const char = Object.hasOwn(escapes, name) ? escapes[name] : undefined
    if (char === undefined) this.#refuse('expected an escape of JSON, found another')
    this.#at += 2
    return char
  }

  #token(pattern: RegExp, what: string): void {
    pattern.lastIndex = this.#at
    const length = pattern.exec(this.#text)?.[0].length
    if (length === undefined) this.#refuse(`expected ${what}, found ${this.#found()}`)
    this.#at += length
  }

  #expect(char: string, what: string): void {
    if (this.#text[this.#at] !== char) this.#refuse(`expected ${what}, found ${this.#found()}`)
    this.#at++
  }

  #space(): void {
    for (let char = this.#text[this.#at]; char === ' ' || char === '\n' || char === '\r' || char === '\t'; char = this.#text[this.#at]) this.#at++
  }

  #found(): string {
    return this.#at >= this.#text.length ? 'the end of the text' : 'another character'
  }

  #place(): string {
    const pointer = this.#frames.reduce((pointer, { keys, key, index }) => childPointer(pointer, keys === undefined ? index : key), '')
    return ` at ${showPointer(pointer)} (offset ${this.#at})`
  }

  #refuse(message: string): never {
    throw new CilockError('ERR_MALFORMED', `JSON: ${message}${this.#place()}`)
  }
}
