import type { BuiltinContext } from '../builtins/builtin.ts'
import { builtinError } from '../builtins/operands.ts'
import { numberText, toDouble } from '../value/number.ts'
import { objectGet, objectKeys } from '../value/members.ts'
import { isArray, isNumber, isObject, type NumberValue, type Value } from '../value/value.ts'
import { compareKeys } from './compare-keys.ts'
import { goExponent } from './read.ts'
import { isPlainString } from './resolve.ts'
import { analyze, doubleQuoted } from './scalar-style.ts'

const indentStep = 2
/** Plain and quoted texts are broken at the first space behind this column. */
const lineWidth = 80
/** In bytes; a longer key is written behind a question mark. */
const simpleKeyLength = 128
/** go-yaml reads the JSON back first, and there a key may be this long. */
const maxJsonKeyLength = 1024

/** A JSON value (see `toPlain`) as OPA's `yaml.marshal` writes it: block style, sorted keys, lists not indented. */
export function writeYaml(value: Value, context: BuiltinContext): string {
  const writer = new Writer(context)
  writer.node(value, { indent: -indentStep, inMapping: false })
  return writer.finish()
}

interface Place {
  readonly indent: number
  readonly inMapping: boolean
}

/** Keeps column and white space as libyaml's emitter does, since they decide where lines are broken. */
class Writer {
  readonly #context: BuiltinContext
  #out = ''
  #column = 0
  #whitespace = true
  /** Nothing but indentation and indicators stands on this line yet. */
  #indention = true

  constructor(context: BuiltinContext) {
    this.#context = context
  }

  finish(): string {
    this.#newLine(0)
    return this.#out
  }

  node(value: Value, place: Place): void {
    this.#context.spend(1)
    this.#context.checkLength(this.#out.length)
    if (isArray(value) && value.length > 0) this.#sequence(value, place)
    else if (isObject(value) && objectKeys(value).length > 0) this.#mapping(value, place)
    else if (isArray(value)) this.#flow('[', ']')
    else if (isObject(value)) this.#flow('{', '}')
    else if (typeof value === 'string') this.#text(value, Math.max(place.indent, 0) + indentStep, false)
    else this.#plain(isNumber(value) ? yamlNumber(value) : value === null ? 'null' : value === true ? 'true' : 'false', 0, false)
  }

  #sequence(items: readonly Value[], { indent, inMapping }: Place): void {
    const inner = indent < 0 ? 0 : inMapping && !this.#indention ? indent : indent + indentStep
    for (const item of items) {
      this.#newLine(inner)
      this.#indicator('-', true, true)
      this.node(item, { indent: inner, inMapping: false })
    }
  }

  #mapping(object: Value, { indent }: Place): void {
    if (!isObject(object)) return
    const inner = indent < 0 ? 0 : indent + indentStep
    const keys = objectKeys(object).filter((key) => typeof key === 'string')
    for (const key of keys.toSorted(compareKeys)) {
      if (JSON.stringify(key).length > maxJsonKeyLength) throw builtinError("yaml: could not find expected ':'")
      this.#newLine(inner)
      const simple = !/[\r\n\u0085\u2028\u2029]/.test(key) && utf8Length(key) <= simpleKeyLength
      if (!simple) this.#indicator('?', true, true)
      this.#text(key, inner + indentStep, simple)
      if (simple) this.#indicator(':', false, false)
      else {
        this.#newLine(inner)
        this.#indicator(':', true, true)
      }
      this.node(objectGet(object, key) ?? null, { indent: inner, inMapping: true })
    }
  }

  #flow(open: string, close: string): void {
    this.#indicator(open, true, false, true)
    this.#indicator(close, false, false)
  }

  #text(text: string, indent: number, simpleKey: boolean): void {
    const allowed = analyze(text)
    const literal = text.includes('\n') && allowed.block && !simpleKey
    if (literal) this.#literal(text, indent)
    else if (text.includes('\n') || !(isPlainString(text) && !isBase60(text))) this.#quoted('"', doubleQuoted(text), indent, simpleKey)
    else if (allowed.plain) this.#plain(text, indent, !simpleKey)
    else if (allowed.singleQuoted) this.#quoted("'", Array.from(text, (char) => (char === "'" ? "''" : char)), indent, simpleKey)
    else this.#quoted('"', doubleQuoted(text), indent, simpleKey)
  }

  #plain(text: string, indent: number, breaks: boolean): void {
    if (!this.#whitespace) this.#put(' ')
    const chars = Array.from(text)
    let spaces = false
    for (const [i, char] of chars.entries()) {
      const space = char === ' '
      if (space && breaks && !spaces && this.#column > lineWidth && chars[i + 1] !== ' ') this.#newLine(indent)
      else this.#put(char)
      if (!space) this.#indention = false
      spaces = space
    }
    this.#whitespace = false
    this.#indention = false
  }

  /** `chars` are written as they are; a single space among them may become a line break. */
  #quoted(quote: '"' | "'", chars: readonly string[], indent: number, simpleKey: boolean): void {
    this.#indicator(quote, true, false)
    let spaces = false
    let broken = false
    for (const [i, char] of chars.entries()) {
      if (isBreak(char)) {
        this.#rawBreak(char)
        broken = true
        continue
      }
      if (broken && char !== ' ') {
        this.#newLine(indent)
        broken = false
      }
      const space = char === ' '
      const inside = i > 0 && i < chars.length - 1
      if (space && !simpleKey && !spaces && this.#column > lineWidth && inside && (quote === '"' || chars[i + 1] !== ' ')) {
        this.#newLine(indent)
        if (chars[i + 1] === ' ') this.#put('\\')
      } else {
        for (const part of char) this.#put(part)
        this.#indention &&= space
      }
      spaces = space
    }
    this.#indicator(quote, false, false)
  }

  #literal(text: string, indent: number): void {
    this.#indicator('|', true, false)
    if (/^[ \n\u0085\u2028\u2029]/.test(text)) this.#indicator(String(indentStep), false, false)
    const trailing = /[\n\u0085\u2028\u2029]*$/.exec(text)?.[0].length ?? 0
    if (trailing === 0) this.#indicator('-', false, false)
    else if (trailing > 1 || text.length === 1) this.#indicator('+', false, false)
    this.#break()
    this.#indention = true
    this.#whitespace = true
    let fresh = true
    for (const char of text) {
      if (isBreak(char)) {
        this.#rawBreak(char)
        fresh = true
        continue
      }
      if (fresh) this.#newLine(indent)
      this.#put(char)
      this.#indention = false
      fresh = false
    }
  }

  #newLine(indent: number): void {
    const to = Math.max(indent, 0)
    if (!this.#indention || this.#column > to || (this.#column === to && !this.#whitespace)) this.#break()
    while (this.#column < to) this.#put(' ')
    this.#whitespace = true
    this.#indention = true
  }

  #indicator(text: string, needSpace: boolean, indention: boolean, whitespace = false): void {
    if (needSpace && !this.#whitespace) this.#put(' ')
    for (const char of text) this.#put(char)
    this.#whitespace = whitespace
    this.#indention &&= indention
  }

  #put(char: string): void {
    this.#out += char
    this.#column += 1
  }

  /** A line break of the text itself. */
  #rawBreak(char: string): void {
    this.#out += char
    this.#column = 0
    this.#indention = true
  }

  #break(): void {
    this.#out += '\n'
    this.#column = 0
  }
}

function isBreak(char: string): boolean {
  return char === '\n' || char === '\r' || char === '\u0085' || char === '\u2028' || char === '\u2029'
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

/** Integers of 64 bits stay what they are, all else becomes a double. */
function yamlNumber(number: NumberValue): string {
  const text = numberText(number)
  if (/^-?\d+$/.test(text)) {
    const integer = BigInt(text)
    if (integer >= -(2n ** 63n) && integer < 2n ** 64n) return String(integer)
  }
  const double = toDouble(number)
  // Beyond the doubles, go-yaml keeps the literal, as a text.
  return Number.isFinite(double) ? goExponent(double) : text
}

/** YAML 1.1's sexagesimal numbers, which other readers might take for one. */
function isBase60(text: string): boolean {
  return /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/.test(text)
}
