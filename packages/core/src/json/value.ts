/**
 * A number whose text JavaScript would print in another way (`1.0`, `1e3`, integers beyond 2^53, `-0`). Writers and
 * Rego take the text as it stands, so nothing is rounded.
 */
export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
    Object.freeze(this)
  }
}

/** What strict JSON text holds. Objects are plain; a key `__proto__` is an own property like any other. */
export type JsonValue = null | boolean | number | string | JsonNumber | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [key: string]: JsonValue
}
