import { decodeBase64 } from '@cilock/core'
import { GoJsonError, kindOf, memberOf } from './json.ts'
import type { GoObject, GoValue } from './json.ts'

/** An object or nothing; anything else is what Go cannot decode into `type`. */
export function objectIn(value: GoValue | undefined, type: string): GoObject {
  if (value === undefined || value === null) return new Map()
  if (value instanceof Map) return value as GoObject
  throw new GoJsonError(`json: cannot unmarshal ${kindOf(value)} into Go value of type ${type}`)
}

/** The items of a list that may be missing. */
export function listIn(object: GoObject, name: string, field: string, type: string): readonly GoValue[] {
  const value = memberOf(object, name) ?? null
  if (value === null) return []
  if (Array.isArray(value)) return value as readonly GoValue[]
  throw mismatch(value, field, type)
}

export function textIn(object: GoObject, name: string, field: string): string {
  const value = memberOf(object, name) ?? null
  if (value === null) return ''
  if (typeof value === 'string') return value
  throw mismatch(value, field, 'string')
}

/** Bytes in base64 with Go's strictness: line breaks are fine, another alphabet or missing padding is not. */
export function bytesIn(object: GoObject, name: string, field: string): Uint8Array {
  const value = memberOf(object, name) ?? null
  if (value === null) return new Uint8Array()
  if (typeof value !== 'string') throw mismatch(value, field, '[]uint8')
  const text = value.replaceAll(/[\r\n]/g, '')
  const body = text.replace(/={1,2}$/, '')
  const wrong = body.search(/[^A-Za-z0-9+/]/)
  if (wrong >= 0) throw new GoJsonError(`illegal base64 data at input byte ${wrong}`)
  if (text.length % 4 !== 0) throw new GoJsonError(`illegal base64 data at input byte ${text.length - (text.length % 4)}`)
  return decodeBase64(text)
}

export function mismatch(value: GoValue, field: string, type: string): GoJsonError {
  return new GoJsonError(`json: cannot unmarshal ${kindOf(value)} into Go struct field ${field} of type ${type}`)
}
