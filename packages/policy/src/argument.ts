// What public functions expect of their arguments. A type checker finds most that is wrong, but not every caller has one.

/** Refuses a value that is not what stands there; `at` is the function and the name of the argument. */
export type Expect = (value: unknown, at: Place) => void

/** An argument of a function, for messages. */
export interface Place {
  readonly caller: string
  /** As one would write it: `steps.build.functionaries[0]`. */
  readonly path: string
}

/** The argument of a name. */
export function argument(caller: string, path: string): Place {
  return { caller, path }
}

/** @throws TypeError that names the argument. */
export function refuse({ caller, path }: Place, complaint: string): never {
  throw new TypeError(`${caller}: \`${path}\` ${complaint}`)
}

/** Something that a guard recognises. */
export function expected(what: string, is: (value: unknown) => boolean): Expect {
  return (value, at) => {
    if (!is(value)) refuse(at, `is not ${what}`)
  }
}

export const aText: Expect = expected('a text', (value) => typeof value === 'string')
export const aFlag: Expect = expected('true or false', (value) => typeof value === 'boolean')
export const aFunction: Expect = expected('a function', (value) => typeof value === 'function')
export const bytes: Expect = expected('a Uint8Array', (value) => value instanceof Uint8Array)
export const aTime: Expect = expected('a valid time', (value) => value instanceof Date && !Number.isNaN(value.getTime()))

export function oneOf(...texts: readonly string[]): Expect {
  return expected(`one of ${texts.map((text) => JSON.stringify(text)).join(', ')}`, (value) => typeof value === 'string' && texts.includes(value))
}

export function optional(inner: Expect): Expect {
  return (value, at) => {
    if (value !== undefined) inner(value, at)
  }
}

export function listOf(item: Expect): Expect {
  return (value, at) => {
    if (!Array.isArray(value)) return refuse(at, 'is not an array')
    for (let index = 0; index < value.length; index++) item(value[index], { ...at, path: `${at.path}[${index}]` })
  }
}

/** A plain object whose values are all alike. */
export function mapOf(item: Expect): Expect {
  return (value, at) => {
    if (!isObject(value)) return refuse(at, 'is not an object')
    for (const [key, member] of Object.entries(value)) item(member, { ...at, path: memberPath(at.path, key) })
  }
}

/** An object of some members; others may stand beside them. */
export function object(members: Readonly<Record<string, Expect>>, what = 'an object'): Expect {
  const each = Object.entries(members)
  return (value, at) => {
    if (!isObject(value)) return refuse(at, `is not ${what}`)
    for (const [key, expect] of each) expect(value[key], { ...at, path: at.path === 'options' ? key : memberPath(at.path, key) })
  }
}

/** The first of several forms that fits by its look has to fit altogether. */
export function either(...forms: readonly { readonly looks: (value: unknown) => boolean; readonly is: Expect }[]): Expect {
  return (value, at) => forms.find(({ looks }) => looks(value))?.is(value, at)
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function memberPath(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
}
