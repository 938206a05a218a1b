import { anyType, arrayType, booleanType, functionType, mapType, objectType, setType, stringType, unionType } from '../types/type.ts'
import { RegoError } from '../errors.ts'
import { toGoJson, goString } from '../value/format.ts'
import { parseJson } from '../value/json.ts'
import { numberText } from '../value/number.ts'
import { compareStrings } from '../value/strings.ts'
import { isArray, isNumber, isObject, keyOf, objectEntries, objectGet, objectKeys, objectSize, RegoObject, RegoSet, typeName, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { builtinError, objectOperand, operandError, operandTypeError, stringOperand } from './operands.ts'

const anyObject = mapType(anyType, anyType)
const paths = unionType(arrayType(unionType(stringType, arrayType(anyType))), setType(unionType(stringType, arrayType(anyType))))

function parse(context: BuiltinContext, text: string): Value {
  context.spend(text.length >> 4)
  return parseJson(text, { maxDepth: context.limits.depth })
}

function unmarshal(context: BuiltinContext, text: string): Value {
  try {
    return parse(context, text)
  } catch (error) {
    if (error instanceof RegoError && error.code === 'ERR_MALFORMED_JSON') throw builtinError(error.message.replace(/^malformed JSON at offset \d+: /, ''), { cause: error })
    throw error
  }
}

function marshal(context: BuiltinContext, value: Value): string {
  const text = toGoJson(value)
  context.checkLength(text.length)
  context.spend(text.length >> 4)
  return text
}

// json.marshal_with_options

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
  if (isNumber(value)) return numberText(value)
  if (!isObject(value)) return 'null'
  const members = objectEntries(value).map(([key, item]): [string, Value] => [typeof key === 'string' ? key : toGoJson(key), item])
  if (members.length === 0) return '{}'
  members.sort(([a], [b]) => compareStrings(a, b))
  return `{${members.map(([key, item]) => `${line(depth + 1)}${goString(key)}: ${writePretty(item, layout, depth + 1)}`).join()}${line(depth)}}`
}

// json.filter and json.remove

/** Paths as a tree; an empty node stands for all below. */
type PathTree = Map<Key2, PathTree>
type Key2 = string | number | boolean | null

/** `a/b~1c` or `["a", "b/c"]`. */
export function parsePath(value: Value): readonly Value[] | undefined {
  if (typeof value === 'string') {
    return value === '' ? [] : value.replace(/^\/+/, '').split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  }
  return isArray(value) ? value : undefined
}

function pathList(value: Value): readonly (readonly Value[])[] {
  const items = isArray(value) ? value : value instanceof RegoSet ? value.values() : undefined
  if (items === undefined) throw operandTypeError(2, value, 'set', 'array')
  return items.map((item) => {
    const path = parsePath(item)
    if (path === undefined) throw operandError(2, `must be one of {set, array} containing string paths or array of path segments but got ${typeName(item)}`)
    return path
  })
}

function pathTree(list: readonly (readonly Value[])[]): PathTree {
  const root: PathTree = new Map()
  const ends = new Set<PathTree>()
  for (const path of list) {
    if (path.length === 0) continue
    let node = root
    let covered = false
    for (const part of path) {
      const key = typeof part === 'string' || typeof part !== 'object' || part === null ? part : keyOf(part)
      const next: PathTree = node.get(key) ?? new Map()
      node.set(key, next)
      node = next
      if (ends.has(node)) {
        covered = true
        break
      }
    }
    if (!covered) {
      node.clear()
      ends.add(node)
    }
  }
  return root
}

/** How many members stand right below. */
function sizeOf(value: Value): number {
  return isArray(value) ? value.length : value instanceof RegoSet ? value.size : isObject(value) ? objectSize(value) : 1
}

function child(tree: PathTree, key: Value): PathTree | undefined {
  return tree.get(keyOf(key))
}

function filter(context: BuiltinContext, value: Value, tree: PathTree): Value {
  if (tree.size === 0) return value
  context.spend(sizeOf(value))
  if (isObject(value)) {
    const result = new RegoObject()
    for (const [key, item] of objectEntries(value)) {
      const below = child(tree, key)
      if (below !== undefined) result.set(key, filter(context, item, below))
    }
    return result
  }
  if (isArray(value)) {
    return value.flatMap((item, index) => {
      const below = tree.get(String(index))
      return below === undefined ? [] : [filter(context, item, below)]
    })
  }
  if (value instanceof RegoSet) {
    return RegoSet.of(
      [...value].flatMap((item) => {
        const below = child(tree, item)
        return below === undefined ? [] : [filter(context, item, below)]
      }),
    )
  }
  return value
}

function remove(context: BuiltinContext, value: Value, tree: PathTree): Value {
  context.spend(sizeOf(value))
  if (isObject(value)) {
    const result = new RegoObject()
    for (const [key, item] of objectEntries(value)) {
      const below = child(tree, key)
      if (below === undefined) result.set(key, item)
      else if (below.size > 0) result.set(key, remove(context, item, below))
    }
    return result
  }
  if (isArray(value)) {
    return value.flatMap((item, index) => {
      const below = tree.get(String(index))
      if (below === undefined) return [item]
      return below.size > 0 ? [remove(context, item, below)] : []
    })
  }
  if (value instanceof RegoSet) {
    return RegoSet.of(
      [...value].flatMap((item) => {
        const below = child(tree, item)
        if (below === undefined) return [item]
        return below.size > 0 ? [remove(context, item, below)] : []
      }),
    )
  }
  return value
}

export const jsonBuiltins: readonly Builtin[] = [
  { name: 'json.marshal', declaration: functionType([anyType], stringType), call: (context, x) => marshal(context, x) },
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
  { name: 'json.unmarshal', declaration: functionType([stringType], anyType), call: (context, text) => unmarshal(context, stringOperand(text, 1)) },
  {
    name: 'json.is_valid',
    declaration: functionType([stringType], booleanType),
    call: (context, text) => {
      if (typeof text !== 'string') return false
      try {
        parse(context, text)
        return true
      } catch (error) {
        if (error instanceof RegoError && error.code === 'ERR_MALFORMED_JSON') return false
        throw error
      }
    },
  },
  {
    name: 'json.filter',
    declaration: functionType([anyObject, paths], anyType),
    call: (context, object, list) => {
      const from = objectOperand(object, 1)
      const tree = pathTree(pathList(list))
      return tree.size === 0 ? new RegoObject() : filter(context, from, tree)
    },
  },
  {
    name: 'json.remove',
    declaration: functionType([anyObject, paths], anyType),
    call: (context, object, list) => {
      const from = objectOperand(object, 1)
      return remove(context, from, pathTree(pathList(list)))
    },
  },
]
