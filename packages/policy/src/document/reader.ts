import { JsonNumber } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import type { CheckCode } from '../report/check-code.ts'
import type { CheckValue } from '../report/report.ts'

/** Something in the document that is not as it should be. Reading goes on, so that all of them are told at once. */
export interface Finding {
  readonly code: CheckCode
  readonly pointer: string
  readonly message: string
  readonly expected: CheckValue
  readonly found: CheckValue
}

/** Reads one value, or adds findings and gives undefined. */
export type Read<T> = (value: JsonValue, pointer: string, findings: Finding[]) => T | undefined

/** What a reader gives. */
export type Readable<R> = R extends Read<infer T> ? T : never

/** The members of an object; absent, `null` and unreadable ones are absent, as `null` is the same as absence in Go. */
export type Members<S extends Readonly<Record<string, Read<unknown>>>> = {
  readonly [K in keyof S]?: Readable<S[K]>
}

/** One step further in a JSON pointer. */
export function below(pointer: string, token: string | number): string {
  return `${pointer}/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** An object with exactly these keys. Go folds case and passes over what it does not know; both are findings here. */
export function object<S extends Readonly<Record<string, Read<unknown>>>>(shape: S): Read<Members<S>> {
  const known = new Map(Object.entries(shape))
  return (value, pointer, findings) => {
    if (!isObject(value)) return wrong(value, pointer, findings, 'an object')
    const members: Record<string, unknown> = {}
    for (const [key, member] of Object.entries(value)) {
      const read = known.get(key)
      if (read === undefined) findings.push(unknownKey(key, pointer, [...known.keys()]))
      else if (member !== null) {
        const content = read(member, below(pointer, key), findings)
        if (content !== undefined) members[key] = content
      }
    }
    return members as Members<S>
  }
}

/** An object whose keys are names, by name. */
export function mapOf<T>(read: Read<T>): Read<ReadonlyMap<string, T>> {
  return (value, pointer, findings) => {
    if (!isObject(value)) return wrong(value, pointer, findings, 'an object')
    const map = new Map<string, T>()
    for (const [key, member] of Object.entries(value)) {
      const content = read(member, below(pointer, key), findings)
      if (content !== undefined) map.set(key, content)
    }
    return map
  }
}

export function listOf<T>(read: Read<T>): Read<readonly T[]> {
  return (value, pointer, findings) => {
    if (!Array.isArray(value)) return wrong(value, pointer, findings, 'an array')
    const items: readonly JsonValue[] = value
    return items.flatMap((item, index) => {
      const content = read(item, below(pointer, index), findings)
      return content === undefined ? [] : [content]
    })
  }
}

export const text: Read<string> = (value, pointer, findings) =>
  typeof value === 'string' ? value : wrong(value, pointer, findings, 'a string')

export const flag: Read<boolean> = (value, pointer, findings) =>
  typeof value === 'boolean' ? value : wrong(value, pointer, findings, 'true or false')

/** A string that `parse` understands; `parse` gives undefined for one that it does not. */
export function parsed<T>(code: CheckCode, what: string, parse: (text: string) => T | undefined): Read<T> {
  return (value, pointer, findings) => {
    const string = text(value, pointer, findings)
    if (string === undefined) return undefined
    const content = parse(string)
    if (content === undefined) findings.push(finding(code, pointer, what, JSON.stringify(shorten(string))))
    return content
  }
}

/** A finding whose message is made of what was expected and what was found. */
export function finding(code: CheckCode, pointer: string, expected: string, found: string): Finding {
  return { code, pointer, message: `expected ${expected} at ${pointer === '' ? 'the root' : pointer}, found ${found}`, expected, found }
}

/** What a value is, in words. */
export function kindOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return JsonNumber.is(value) ? 'a number' : 'an object'
  return typeof value === 'boolean' ? String(value) : `a ${typeof value}`
}

function wrong(value: JsonValue, pointer: string, findings: Finding[], expected: string): undefined {
  findings.push(finding('policy-value', pointer, expected, kindOf(value)))
  return undefined
}

function unknownKey(key: string, pointer: string, known: readonly string[]): Finding {
  const lower = key.toLowerCase()
  const meant = known.find((name) => name.toLowerCase() === lower)
  const expected = meant === undefined ? `one of the keys ${known.join(', ')}` : `the key ${JSON.stringify(meant)}`
  const code = meant === undefined ? 'policy-unknown-key' : 'policy-key-case'
  return { ...finding(code, below(pointer, key), expected, `the key ${JSON.stringify(shorten(key))}`), expected: meant ?? known }
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JsonNumber.is(value)
}

/** What a message shows of a string from outside. */
function shorten(string: string): string {
  return string.length <= 100 ? string : `${string.slice(0, 100)}…`
}
