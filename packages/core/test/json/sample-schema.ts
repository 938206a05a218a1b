import { any, array, bool, bytes, integer, map, nullable, nullableArray, nullableMap, number, optional, string, struct, time } from '@cilock/core/schema'

const inner = struct({ a: string(), b: optional(integer()) }, { unknown: 'drop' })

/** The struct of `go-oracle/main.go`, field for field. */
export const sample = struct(
  {
    text: string(),
    textOpt: optional(string()),
    count: integer(),
    countOpt: optional(integer()),
    countPtr: optional(nullable(integer())),
    flag: bool(),
    flagOpt: optional(bool()),
    real: number(),
    realOpt: optional(number()),
    list: nullableArray(string()),
    listOpt: optional(array(inner)),
    map: nullableMap(integer()),
    mapOpt: optional(map(inner)),
    struct: inner,
    structPtr: nullable(inner),
    structOpt: optional(inner),
    time: time(),
    bytes: bytes(),
    bytesOpt: optional(bytes()),
    any: any(),
    anyOpt: optional(any()),
    deep: optional(nullableMap(nullableArray(inner))),
  },
  { unknown: 'drop' },
)
