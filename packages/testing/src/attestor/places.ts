import { isJsonObject } from '@cilock/core'
import type { JsonValue } from '@cilock/core'

/** A value within a JSON document, and how to get there. */
export interface Place {
  readonly path: readonly (string | number)[]
  /** The path as a JSON pointer, `the top` where it is empty. */
  readonly pointer: string
  readonly value: JsonValue
}

/** More of a document than this shows nothing new. */
const enough = 300

/** The values of a document, the whole first, one after the other. */
export function placesOf(document: JsonValue): readonly Place[] {
  const places: Place[] = [placeAt([], document)]
  for (let at = 0; at < places.length && places.length < enough; at++) {
    const place = places[at]
    if (place === undefined) continue
    const { value, path } = place
    const members: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value)
      ? Array.from((value as readonly JsonValue[]).entries())
      : isJsonObject(value) ? Object.entries(value) : []
    places.push(...members.slice(0, enough).map(([key, member]) => placeAt([...path, key], member)))
  }
  return places
}

function placeAt(path: Place['path'], value: JsonValue): Place {
  return { path, value, pointer: path.map((part) => `/${part}`).join('') || 'the top' }
}

/** The document with another value at a place. */
export function withValue(document: JsonValue, { path }: Pick<Place, 'path'>, value: JsonValue): JsonValue {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(document)) return (document as readonly JsonValue[]).map((element, index) => (index === key ? withValue(element, { path: rest }, value) : element))
  if (!isJsonObject(document)) return document
  // from entries, so that `__proto__` is a member like any other
  return Object.fromEntries(Object.entries(document).map(([name, member]) => [name, name === key ? withValue(member, { path: rest }, value) : member]))
}

/** The document with one more member of the object at a place. */
export function withMember(document: JsonValue, place: Place, key: string, value: JsonValue): JsonValue {
  return isJsonObject(place.value) ? withValue(document, place, Object.fromEntries([...Object.entries(place.value), [key, value]])) : document
}
