import { compareUtf8, isJsonObject, JsonNumber, stringifyJson } from '@cilock/core'
import type { JsonValue } from '@cilock/core'

/** The first place at which two values differ, as a sentence; undefined when they are the same. Key order is no difference. */
export function difference(ours: JsonValue | undefined, theirs: JsonValue | undefined, pointer = ''): string | undefined {
  if (ours === undefined || theirs === undefined) {
    return ours === theirs ? undefined : `${pointer || '/'}: ${ours === undefined ? `missing, Go has ${show(theirs)}` : `${show(ours)}, Go has nothing`}`
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const [left, right] = [ours as readonly JsonValue[], theirs as readonly JsonValue[]]
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      const found = difference(left[index], right[index], `${pointer}/${index}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (isJsonObject(ours) && isJsonObject(theirs) && !JsonNumber.is(ours) && !JsonNumber.is(theirs)) {
    const [left, right] = [ours as Readonly<Record<string, JsonValue>>, theirs as Readonly<Record<string, JsonValue>>]
    for (const key of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(compareUtf8)) {
      const found = difference(own(left, key), own(right, key), `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  return stringifyJson(ours) === stringifyJson(theirs) ? undefined : `${pointer || '/'}: ${show(ours)}, Go has ${show(theirs)}`
}

function own(object: Readonly<Record<string, JsonValue>>, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function show(json: JsonValue | undefined): string {
  const text = json === undefined ? 'nothing' : stringifyJson(json)
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`
}
