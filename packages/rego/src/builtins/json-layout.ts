import { anyType, booleanType, functionType, objectType, stringType } from '../types/type.ts'
import { goString, toGoJson } from '../value/format.ts'
import { numberJson } from '../value/number.ts'
import { countParts } from '../value/parts.ts'
import { compareStrings } from '../value/strings.ts'
import { objectEntries, objectGet, objectKeys } from '../value/members.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isNumber, isObject, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { marshal } from './json.ts'
import { objectOperand, operandError, operandTypeError } from './operands.ts'

interface Layout {
  readonly pretty: boolean
  readonly prefix: string
  readonly indent: string
  /** Asks before so many more characters of white space are written. */
  readonly grow: (length: number) => void
}

function layoutOf(context: BuiltinContext, options: Value): Layout {
  const object = objectOperand(options, 2)
  const known = new Set(['pretty', 'prefix', 'indent'])
  for (const key of objectKeys(object)) {
    if (typeof key !== 'string' || !known.has(key)) throw operandError(2, `object contained unknown key ${JSON.stringify(key)}`)
  }
  const pretty = objectGet(object, 'pretty')
  const prefix = objectGet(object, 'prefix')
  const indent = objectGet(object, 'indent')
  if (pretty !== undefined && typeof pretty !== 'boolean') throw operandTypeError(2, pretty, 'boolean')
  if (prefix !== undefined && typeof prefix !== 'string') throw operandTypeError(2, prefix, 'string')
  if (indent !== undefined && typeof indent !== 'string') throw operandTypeError(2, indent, 'string')
  let written = 0
  const grow = (length: number): void => {
    written += length
    context.checkLength(written)
  }
  return { pretty: pretty ?? (prefix !== undefined || indent !== undefined), prefix: prefix ?? '', indent: indent ?? '\t', grow }
}

function writePretty(value: Value, layout: Layout, depth: number): string {
  countParts(1)
  const line = (level: number): string => {
    layout.grow(1 + layout.prefix.length + layout.indent.length * level)
    return `\n${layout.prefix}${layout.indent.repeat(level)}`
  }
  const items = isArray(value) ? value : value instanceof RegoSet ? value.values() : undefined
  if (items !== undefined) {
    if (items.length === 0) return '[]'
    return `[${items.map((item) => line(depth + 1) + writePretty(item, layout, depth + 1)).join()}${line(depth)}]`
  }
  if (typeof value === 'string') return goString(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (isNumber(value)) return numberJson(value)
  if (!isObject(value)) return 'null'
  const members = objectEntries(value).map(([key, item]): [string, Value] => [typeof key === 'string' ? key : toGoJson(key), item])
  if (members.length === 0) return '{}'
  members.sort(([a], [b]) => compareStrings(a, b))
  return `{${members.map(([key, item]) => `${line(depth + 1)}${goString(key)}: ${writePretty(item, layout, depth + 1)}`).join()}${line(depth)}}`
}

/** `json.marshal_with_options`: JSON over several lines. */
export const jsonLayoutBuiltins: readonly Builtin[] = [
  {
    name: 'json.marshal_with_options',
    declaration: functionType([anyType, objectType({ indent: stringType, prefix: stringType, pretty: booleanType }, { key: stringType, value: anyType })], stringType),
    call: (context, x, options) => {
      const layout = layoutOf(context, options)
      if (!layout.pretty) return marshal(context, x)
      const text = layout.prefix + writePretty(x, layout, 0)
      context.checkLength(text.length)
      return text
    },
  },
]
