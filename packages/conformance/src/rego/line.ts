import { isArray, isObject, objectGet, parseJson, type Value } from '@cilock/rego'

/** One line of a file of cases, with numbers as they are written. */
export interface Line {
  readonly has: (key: string) => boolean
  readonly value: (key: string) => Value | undefined
  readonly text: (key: string) => string | undefined
  readonly texts: (key: string) => readonly string[]
  readonly number: (key: string) => number | undefined
  readonly isTrue: (key: string) => boolean
  readonly list: (key: string) => readonly Value[] | undefined
}

/** @throws RegoError `ERR_MALFORMED_JSON` where it is no JSON; TypeError where it is no object. */
export function readLine(text: string): Line {
  return lineOf(parseJson(text))
}

export function lineOf(object: Value): Line {
  if (!isObject(object)) throw new TypeError('expected a JSON object in each line')
  const value = (key: string): Value | undefined => objectGet(object, key)
  const list = (key: string): readonly Value[] | undefined => {
    const found = value(key)
    return found !== undefined && isArray(found) ? found : undefined
  }
  return {
    has: (key) => value(key) !== undefined,
    value,
    list,
    text: (key) => {
      const found = value(key)
      return typeof found === 'string' ? found : undefined
    },
    texts: (key) => (list(key) ?? []).map(String),
    number: (key) => {
      const found = value(key)
      return typeof found === 'number' ? found : undefined
    },
    isTrue: (key) => value(key) === true,
  }
}
