import { anyType, arrayType, functionType, objectType, stringType } from '../types/type.ts'
import { equal } from '../value/equal.ts'
import { objectEntries, objectGet, objectSize } from '../value/members.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isObject, type Value } from '../value/value.ts'
import type { Builtin, BuiltinContext } from './builtin.ts'
import { parsePath } from './json-paths.ts'
import { operandElementError, operandTypeError } from './operands.ts'

/** RFC 6902, into sets too. Undefined where an operation cannot be done: OPA reports no error then. */
function jsonPatch(context: BuiltinContext, target: Value, operations: Value): Value | undefined {
  if (!isArray(operations)) throw operandTypeError(2, operations, 'array')
  let document = target
  for (const operation of operations) {
    if (!isObject(operation)) throw operandElementError(2, operations, operation, 'object')
    const op = objectGet(operation, 'op')
    if (typeof op !== 'string' || !isComplete(op, operation)) return undefined
    const path = pathAt(operation, 'path') ?? []
    context.spend(copied(document, path) + copied(document, pathAt(operation, 'from') ?? []))
    const changed = apply(document, op, path, operation)
    if (changed === undefined) return undefined
    document = changed
  }
  return document
}

/** How many members are copied when what stands at the path is changed. */
function copied(document: Value, path: readonly Value[]): number {
  let count = 1
  let value: Value | undefined = document
  for (const key of path) {
    if (value === undefined) break
    count += isArray(value) ? value.length : value instanceof RegoSet ? value.size : isObject(value) ? objectSize(value) : 0
    value = step(value, key)
  }
  return count
}

type Operation = Parameters<typeof objectGet>[0]

/** An operation that lacks what it needs makes the whole undefined, as in OPA. */
function isComplete(op: string, operation: Operation): boolean {
  if (pathAt(operation, 'path') === undefined) return false
  if (op === 'move' || op === 'copy') return pathAt(operation, 'from') !== undefined
  return op === 'remove' || objectGet(operation, 'value') !== undefined
}

function pathAt(operation: Operation, name: string): readonly Value[] | undefined {
  const value = objectGet(operation, name)
  return value === undefined ? undefined : parsePath(value)
}

/** Of an operation that is complete. */
function valueAt(operation: Operation): Value {
  return objectGet(operation, 'value') ?? null
}

function apply(document: Value, op: string, path: readonly Value[], operation: Operation): Value | undefined {
  switch (op) {
    case 'add':
      return change(document, path, (parent, key) => add(parent, key, valueAt(operation)), () => valueAt(operation))
    case 'remove':
      return path.length === 0 ? undefined : change(document, path, remove, () => document)
    case 'replace':
      return replace(document, path, valueAt(operation))
    case 'move': {
      const from = pathAt(operation, 'from') ?? []
      const value = find(document, from)
      if (value === undefined) return undefined
      const without = from.length === 0 ? document : change(document, from, remove, () => document)
      return without === undefined ? undefined : change(without, path, (parent, key) => add(parent, key, value), () => value)
    }
    case 'copy': {
      const value = find(document, pathAt(operation, 'from') ?? [])
      return value === undefined ? undefined : change(document, path, (parent, key) => add(parent, key, value), () => value)
    }
    case 'test': {
      const found = find(document, path)
      return found !== undefined && equal(found, valueAt(operation)) ? document : undefined
    }
    default:
      return undefined
  }
}

function replace(document: Value, path: readonly Value[], value: Value): Value | undefined {
  if (path.length === 0) return value
  if (find(document, path) === undefined) return undefined
  return change(document, path, (parent, key) => set(parent, key, value), () => value)
}

/** Does something to the parent of the last key, and puts the changed parents back. */
function change(document: Value, path: readonly Value[], at: (parent: Value, key: Value) => Value | undefined, whole: () => Value): Value | undefined {
  const [key, ...rest] = path
  if (key === undefined) return whole()
  if (rest.length === 0) return at(document, key)
  const inner = step(document, key)
  const changed = inner === undefined ? undefined : change(inner, rest, at, whole)
  if (changed === undefined || inner === undefined) return undefined
  if (document instanceof RegoSet) return RegoSet.of([...document].map((member) => (equal(member, inner) ? changed : member)))
  return set(document, key, changed)
}

function find(document: Value, path: readonly Value[]): Value | undefined {
  let value: Value | undefined = document
  for (const key of path) {
    if (value === undefined) return undefined
    value = step(value, key)
  }
  return value
}

function step(value: Value, key: Value): Value | undefined {
  if (isObject(value)) return objectGet(value, key)
  if (value instanceof RegoSet) return value.get(key)
  if (!isArray(value)) return undefined
  const index = indexOf(key, value.length - 1)
  return index === undefined ? undefined : value[index]
}

/** An index as a number or as decimal text without leading zeros; `-` for the place behind the last. */
function indexOf(key: Value, last: number): number | undefined {
  if (key === '-') return last + 1
  const index = typeof key === 'number' ? key : typeof key === 'string' && /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : undefined
  return index === undefined || !Number.isInteger(index) || index < 0 || index > last + 1 ? undefined : index
}

function add(parent: Value, key: Value, value: Value): Value | undefined {
  if (isObject(parent)) return set(parent, key, value)
  if (parent instanceof RegoSet) return equal(key, value) ? RegoSet.of([...parent, value]) : undefined
  if (!isArray(parent)) return undefined
  const index = indexOf(key, parent.length - 1)
  return index === undefined ? undefined : parent.toSpliced(index, 0, value)
}

function remove(parent: Value, key: Value): Value | undefined {
  if (isObject(parent)) {
    if (objectGet(parent, key) === undefined) return undefined
    return RegoObject.of(objectEntries(parent).filter(([name]) => !equal(name, key)))
  }
  if (parent instanceof RegoSet) return parent.has(key) ? RegoSet.of([...parent].filter((member) => !equal(member, key))) : undefined
  if (!isArray(parent)) return undefined
  const index = indexOf(key, parent.length - 1)
  return index === undefined || index >= parent.length ? undefined : parent.toSpliced(index, 1)
}

function set(parent: Value, key: Value, value: Value): Value | undefined {
  if (isObject(parent)) {
    const result = RegoObject.of(objectEntries(parent))
    result.set(key, value)
    return result
  }
  if (parent instanceof RegoSet) return RegoSet.of([...[...parent].filter((member) => !equal(member, key)), value])
  if (!isArray(parent)) return undefined
  const index = indexOf(key, parent.length - 1)
  return index === undefined || index >= parent.length ? undefined : parent.with(index, value)
}

/** `json.patch`. */
export const jsonPatchBuiltins: readonly Builtin[] = [
  {
    name: 'json.patch',
    declaration: functionType([anyType, arrayType(objectType({ op: stringType, path: anyType }, { key: anyType, value: anyType }))], anyType),
    call: jsonPatch,
  },
]
