import { isJsonObject, parseEnvelope, parseJson, stringifyJson } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import { inspectBytes } from './describe.ts'

/** The first place at which two files differ, and what stands there; absent where one has nothing. */
export interface Difference {
  /** A JSON pointer below `payload`, `signatures` or `file`; with ` bytes` where only the writing differs. */
  readonly place: string
  readonly left?: string
  readonly right?: string
}

type Named = readonly [path: string, bytes: Uint8Array]

/**
 * Compares two files: envelopes by payload type, then by what their payloads say, then by signature; anything else as
 * JSON. Keys are gone through in the order of the left file, so the first difference is the one that is read first.
 *
 * @throws CilockError `ERR_MALFORMED` when one of them is no JSON, `ERR_LIMIT_EXCEEDED` when it is too deep.
 */
export function firstDifference(left: Named, right: Named): Difference | undefined {
  const [mine, theirs] = [inspectBytes(...left), inspectBytes(...right)]
  if (mine.kind !== 'envelope' || theirs.kind !== 'envelope') return jsonDifference(left[1], right[1], 'file')
  const [a, b] = [parseEnvelope(left[1]), parseEnvelope(right[1])]
  if (a.payloadType !== b.payloadType) return { place: 'payloadType', left: a.payloadType, right: b.payloadType }
  if (Buffer.compare(a.payload, b.payload) !== 0) {
    const isJson = [mine.payload, theirs.payload].every(({ kind }) => kind !== 'bytes' && kind !== 'refused')
    if (!isJson) return { place: 'payload bytes', ...otherwise(a.payload, b.payload) }
    return jsonDifference(a.payload, b.payload, 'payload')
  }
  return difference(signaturesOf(left[1]), signaturesOf(right[1]), 'signatures')
}

function jsonDifference(left: Uint8Array, right: Uint8Array, place: string): Difference | undefined {
  const found = difference(parseJson(left), parseJson(right), place)
  if (found !== undefined || Buffer.compare(left, right) === 0) return found
  return { place: `${place} bytes`, ...otherwise(left, right) }
}

function otherwise(left: Uint8Array, right: Uint8Array): Pick<Difference, 'left' | 'right'> {
  const at = left.findIndex((byte, index) => byte !== right[index])
  const place = `from byte ${at === -1 ? left.length : at}`
  return { left: `${left.length} bytes, ${place}`, right: `${right.length} bytes, ${place}` }
}

function signaturesOf(bytes: Uint8Array): JsonValue | undefined {
  const json = parseJson(bytes)
  return isJsonObject(json) ? json['signatures'] : undefined
}

function difference(left: JsonValue | undefined, right: JsonValue | undefined, place: string): Difference | undefined {
  if (Array.isArray(left) && Array.isArray(right)) {
    const [mine, theirs] = [left as readonly JsonValue[], right as readonly JsonValue[]]
    const indices = Array.from({ length: Math.max(mine.length, theirs.length) }, (_, index) => index)
    return firstOf(indices, (index) => difference(mine[index], theirs[index], `${place}/${index}`))
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])]
    return firstOf(keys, (key) => difference(own(left, key), own(right, key), `${place}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`))
  }
  const [mine, theirs] = [show(left), show(right)]
  return mine === theirs ? undefined : { place, ...(mine === undefined ? {} : { left: mine }), ...(theirs === undefined ? {} : { right: theirs }) }
}

function firstOf<T>(all: readonly T[], look: (one: T) => Difference | undefined): Difference | undefined {
  for (const one of all) {
    const found = look(one)
    if (found !== undefined) return found
  }
  return undefined
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function show(json: JsonValue | undefined): string | undefined {
  return json === undefined ? undefined : stringifyJson(json)
}
