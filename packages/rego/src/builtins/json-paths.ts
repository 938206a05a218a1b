import { anyType, arrayType, functionType, mapType, setType, stringType, unionType } from '../types/type.ts'
import { keyOf } from '../value/key.ts'
import { objectEntries, objectSize } from '../value/members.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isObject, typeName, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { objectOperand, operandError, operandTypeError } from './operands.ts'

const anyObject = mapType(anyType, anyType)
const paths = unionType(arrayType(unionType(stringType, arrayType(anyType))), setType(unionType(stringType, arrayType(anyType))))

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

/** `json.filter` and `json.remove`: parts of a document by their paths. */
export const jsonPathBuiltins: readonly Builtin[] = [
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
