import { isJsonObject } from '@cilock/core'
import type { JsonShape, JsonValue, Schema } from '@cilock/core'

/** What Go's struct of a type makes of JSON: missing keys as zeros, unknown ones dropped. Without a schema it stays. */
export function asGoReads(value: JsonValue, schema: Schema<unknown> | undefined): JsonValue {
  if (schema === undefined) return value
  const read = schema.read(value) as JsonValue
  return schema.shape === undefined ? read : known(read, schema.shape)
}

function known(value: JsonValue, shape: JsonShape): JsonValue {
  switch (shape.kind) {
    case 'array':
      return Array.isArray(value) ? value.map((item: JsonValue) => known(item, shape.items)) : value
    case 'map':
      return mapped(value, () => shape.values)
    case 'object':
      return mapped(value, (key) => (Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined))
    case 'any':
    case 'scalar':
      return value
  }
}

function mapped(value: JsonValue, shapeOf: (key: string) => JsonShape | undefined): JsonValue {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, JsonValue>>).flatMap(([key, member]) => {
      const shape = shapeOf(key)
      return shape === undefined ? [] : [[key, known(member, shape)] as const]
    }),
  )
}
