import { compareUtf8 } from '../order.ts'
import { setOwn } from '../own.ts'
import { childPointer } from '../pointer.ts'
import { JsonNumber } from '../value.ts'
import { refuse, type Schema } from './schema.ts'
import { shapeOf, type JsonShape } from './shape.ts'

/** A Go slice that is never nil where it is written: `null` and a missing key read as `[]`. */
export function array<T>(element: Schema<T>): Schema<readonly T[]> {
  const inner = nullableArray(element)
  return {
    read: (value, pointer) => inner.read(value, pointer) ?? [],
    zero: () => [],
    isEmpty: (value) => value.length === 0,
    get shape() {
      return shapeOf(inner)
    },
  }
}

/** A Go slice that may be nil, which Go writes as `null`. */
export function nullableArray<T>(element: Schema<T>): Schema<readonly T[] | null> {
  return {
    read(value, pointer = '') {
      if (value === null) return null
      if (!Array.isArray(value)) return refuse('an array', value, pointer)
      return Array.from(value, (item: unknown, index) => element.read(item, childPointer(pointer, index)))
    },
    zero: () => null,
    isEmpty: (value) => value === null || value.length === 0,
    get shape(): JsonShape {
      return { kind: 'array', items: shapeOf(element) }
    },
  }
}

/** A Go map with string keys, written sorted by their bytes: `null` and a missing key read as `{}`. */
export function map<T>(element: Schema<T>): Schema<Readonly<Record<string, T>>> {
  const inner = nullableMap(element)
  return {
    read: (value, pointer) => inner.read(value, pointer) ?? {},
    zero: () => ({}),
    isEmpty: (value) => Object.keys(value).length === 0,
    get shape() {
      return shapeOf(inner)
    },
  }
}

/** A Go map that may be nil, which Go writes as `null`. */
export function nullableMap<T>(element: Schema<T>): Schema<Readonly<Record<string, T>> | null> {
  return {
    read(value, pointer = '') {
      if (value === null) return null
      if (!isJsonObject(value)) return refuse('an object', value, pointer)
      const result: Record<string, T> = {}
      for (const key of Object.keys(value).toSorted(compareUtf8)) {
        const member = value[key]
        if (member !== undefined) setOwn(result, key, element.read(member, childPointer(pointer, key)))
      }
      return result
    },
    zero: () => null,
    isEmpty: (value) => value === null || Object.keys(value).length === 0,
    get shape(): JsonShape {
      return { kind: 'map', values: shapeOf(element) }
    },
  }
}

/** Whether a value is a JSON object: no array, no null, no {@link JsonNumber}. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JsonNumber.is(value)
}
