const numberText = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/
const brand = Symbol.for('@cilock/json-number')

/**
 * A number whose text JavaScript would print in another way (`1.0`, `1e3`, integers beyond 2^53, `-0`). Writers and
 * Rego take the text as it stands, so nothing is rounded.
 */
export class JsonNumber {
  /** The number as it stood in the JSON. */
  readonly text: string

  /** @throws TypeError when `text` is no JSON number. */
  constructor(text: string) {
    if (!numberText.test(text)) throw new TypeError('a JsonNumber needs the text of a JSON number')
    this.text = text
    Object.defineProperty(this, brand, { value: true })
    Object.freeze(this)
  }

  /** Whether `value` is a JsonNumber; true also when two copies of this package are installed. */
  static is(value: unknown): value is JsonNumber {
    return typeof value === 'object' && value !== null && brand in value && 'text' in value && typeof value.text === 'string' && numberText.test(value.text)
  }

  /** The same text. */
  toString(): string {
    return this.text
  }
}

/** What strict JSON text holds. Objects are plain; a key `__proto__` is an own property like any other. */
export type JsonValue = null | boolean | number | string | JsonNumber | readonly JsonValue[] | JsonObject

/** An object of a JSON text. Its prototype is `null`: every key is its own. */
export interface JsonObject {
  readonly [key: string]: JsonValue
}
