import { ScalarType, type DescMessage, type JsonValue } from '@bufbuild/protobuf'
import { isRequiredList } from './spellings.ts'

/**
 * Puts back what the specifications want and protobuf's JSON does not write: lists that have to be there when they are
 * empty, and 64-bit numbers as numbers where JavaScript holds them.
 */
export function restore(desc: DescMessage, json: JsonValue): JsonValue {
  if (desc.typeName.startsWith('google.protobuf.') || typeof json !== 'object' || json === null || Array.isArray(json)) return json
  const entries = desc.fields.flatMap((field): [string, JsonValue][] => {
    const value = json[field.jsonName]
    if (value === undefined) return field.fieldKind === 'list' && isRequiredList(desc.typeName, field.name) ? [[field.jsonName, []]] : []
    return [[field.jsonName, restoreField(field, value)]]
  })
  return Object.fromEntries(entries)
}

function restoreField(field: DescMessage['fields'][number], value: JsonValue): JsonValue {
  const { message } = field
  if (message !== undefined) {
    // no published message has a map of messages
    return Array.isArray(value) ? value.map((item) => restore(message, item)) : restore(message, value)
  }
  if (field.fieldKind === 'map' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, field.scalar === ScalarType.UINT64 ? numberIfSafe(item) : item]))
  }
  return value
}

function numberIfSafe(value: JsonValue): JsonValue {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
