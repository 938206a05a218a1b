import { isConstant, isVar, type Comprehension, type Term, type TermValue } from '../syntax/ast.ts'
import { anyType, booleanType, nullType, numberType, stringType, type ObjectType, type Type } from '../types/type.ts'
import { or, orAll, select, sortedObject, unknownType, values, type Known } from '../types/operations.ts'
import { keyOf, type Key } from '../value/key.ts'
import type { Value } from '../value/value.ts'
import { printTerm } from '../syntax/print.ts'
import { constantValue, innermostFirst } from './constant.ts'

/** Of constants that are nested for long. */
const types = new WeakMap<TermValue, Type>()

interface Node {
  /** The term's value, for keys that are constants. */
  readonly key: Value | undefined
  readonly term: Term | undefined
  value: Type | undefined
  readonly children: Map<string, Node>
}

function newNode(term?: Term): Node {
  return { key: term === undefined ? undefined : constantValue(term), term, value: undefined, children: new Map() }
}

/** Types of comprehensions: asked once for each, since OPA's own asking doubles with every level of nesting. */
export type ComprehensionTypes = (node: Comprehension, env: TypeEnv) => Known

/** The types of variables, rules and built-ins that are in sight. */
export class TypeEnv {
  readonly next: TypeEnv | undefined
  readonly root: Node = newNode()
  private readonly comprehensions: ComprehensionTypes

  constructor(comprehensions: ComprehensionTypes, next?: TypeEnv) {
    this.comprehensions = comprehensions
    this.next = next
  }

  wrap(): TypeEnv {
    return new TypeEnv(this.comprehensions, this)
  }

  get(term: Term): Known {
    const known = types.get(term.value)
    if (known !== undefined) return known
    for (const part of innermostFirst(term)) types.set(part.value, this.typeOf(part) ?? unknownType)
    return this.typeOf(term)
  }

  private typeOf({ value }: Term): Known {
    switch (value.kind) {
      case 'scalar': {
        const constant = value.value
        if (constant === null) return nullType
        if (typeof constant === 'boolean') return booleanType
        return typeof constant === 'string' ? stringType : numberType
      }
      case 'array': {
        const elements = value.items.map((item) => this.get(item) ?? unknownType)
        return elements.length === 0 ? { kind: 'array', elements, dynamic: anyType } : { kind: 'array', elements }
      }
      case 'object':
        return this.objectType(value.entries)
      case 'set':
        return { kind: 'set', of: orAll(value.items.map((item) => this.get(item))) ?? anyType }
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension':
        return this.comprehensions(value, this)
      case 'ref':
        return this.ref(value.terms)
      case 'var':
        return this.variable(value.name)
      default:
        return undefined
    }
  }

  variable(name: string): Known {
    const node = this.root.children.get(`v${name}`)
    return node === undefined ? this.next?.variable(name) : node.value
  }

  private objectType(entries: readonly [Term, Term][]): Type {
    const properties: { key: Value; value: Type }[] = []
    let dynamic: ObjectType['dynamic']
    for (const [key, item] of entries) {
      const constant = constantValue(key)
      const value = this.get(item) ?? unknownType
      if (constant !== undefined) properties.push({ key: constant, value })
      else dynamic = { key: this.get(key) ?? unknownType, value }
    }
    if (properties.length === 0 && dynamic === undefined) dynamic = { key: anyType, value: anyType }
    return sortedObject(properties, dynamic)
  }

  /** Puts a built-in below the parts of its name. Hundreds of them come before the first rule: they need no terms. */
  declare(name: string, type: Type): void {
    let node = this.root
    let kind = 'v'
    for (const part of name.split('.')) {
      let below = node.children.get(kind + part)
      if (below === undefined) node.children.set(kind + part, (below = { key: kind === 'v' ? undefined : part, term: undefined, value: undefined, children: new Map() }))
      node = below
      kind = 'string'
    }
    node.value = type
  }

  put(term: Term, type: Type): void {
    child(this.root, term, true).value = type
  }

  putPath(path: readonly Term[], type: Type): void {
    let node = this.root
    for (const term of path) node = child(node, term, true)
    node.value = type
  }

  ref(ref: readonly Term[]): Known {
    const head = ref[0]
    const node = head === undefined ? undefined : this.root.children.get(nodeKey(head))
    return node === undefined ? this.fallback(ref) : this.refFrom(node, ref, 1)
  }

  private fallback(ref: readonly Term[]): Known {
    if (this.next !== undefined) return this.next.ref(ref)
    return isRoot(ref[0]) ? anyType : undefined
  }

  private refFrom(node: Node, ref: readonly Term[], index: number): Known {
    const term = ref[index]
    if (term === undefined) return extent(node)
    if (node.value !== undefined) {
      const below = node.children.get(nodeKey(term))
      return below === undefined ? selectRef(node.value, ref.slice(index)) : this.refFrom(below, ref, index + 1)
    }
    if (!isConstant(term)) return selectRef(extent(node), ref.slice(index))
    const below = node.children.get(nodeKey(term))
    return below === undefined ? this.fallback(ref) : this.refFrom(below, ref, index + 1)
  }

  /** Puts a rule's type at its path, and into the types of objects that the path leads through. */
  insert(path: readonly Term[], type: Type): void {
    let node = this.root
    for (const [index, term] of path.entries()) {
      const known = node.children.get(nodeKey(term))
      const below = known ?? child(node, term, true)
      if (known?.value?.kind === 'object' && index + 1 < path.length) known.value = insertInto(known.value, path.slice(index + 1), type, this)
      node = below
    }
    node.value = mergeTypes(node.value, type)
    if (type.kind === 'object' && node.children.size > 0) {
      for (const [leafPath, leaf] of leaves(node, [])) {
        if (node.value?.kind === 'object') node.value = insertInto(node.value, leafPath, leaf, this)
      }
    }
  }
}

export function isRoot(term: Term | undefined): boolean {
  return isVar(term) && (term.value.name === 'data' || term.value.name === 'input')
}

export function nodeKey(term: Term): string {
  if (isVar(term)) return `v${term.value.name}`
  const constant = constantValue(term)
  if (constant === undefined) return `t${printTerm(term)}`
  const key: Key = keyOf(constant)
  return `${typeof key}${String(key)}`
}

function child(node: Node, term: Term, create: true): Node {
  const key = nodeKey(term)
  const known = node.children.get(key)
  if (known !== undefined) return known
  const fresh = newNode(term)
  if (create) node.children.set(key, fresh)
  return fresh
}

export type TypeNode = Node

/** The type of a node with all that is below it. */
export function extent(node: Node): Type {
  if (node.value !== undefined) return node.value
  const properties: { key: Value; value: Type }[] = []
  for (const below of node.children.values()) {
    const { key } = below
    if (key === undefined || key === null || typeof key === 'object') continue
    properties.push({ key, value: extent(below) })
  }
  return sortedObject(properties, { key: stringType, value: anyType })
}

/** The type of what a reference's rest leads to. */
export function selectRef(type: Known, rest: readonly Term[]): Known {
  let current = type
  for (const term of rest) {
    if (current === undefined) return undefined
    const { value } = term
    if (value.kind === 'var' || value.kind === 'ref' || 'levels' in value) current = values(current)
    else {
      const constant = constantValue(term)
      current = constant === undefined ? undefined : select(current, constant)
    }
  }
  return current
}

/** Undefined where a function meets something else: OPA then knows no function there at all. */
function mergeTypes(a: Type | undefined, b: Type): Type | undefined {
  if (a === undefined) return b
  if (a.kind === 'object' && b.kind === 'object' && a.properties.length === 0 && b.properties.length === 0) {
    const key = or(a.dynamic?.key, b.dynamic?.key) ?? anyType
    const value = a.dynamic === undefined ? (b.dynamic?.value ?? anyType) : b.dynamic === undefined ? a.dynamic.value : (mergeTypes(a.dynamic.value, b.dynamic.value) ?? anyType)
    return { kind: 'object', properties: [], dynamic: { key, value } }
  }
  if (a.kind === 'object' && b.kind === 'any' && a.properties.length === 0) {
    const index = b.of.findIndex((type) => type.kind === 'object' && type.properties.length === 0)
    const found = b.of[index]
    if (found?.kind === 'object') {
      const merged: Type = {
        kind: 'object',
        properties: [],
        dynamic: { key: or(found.dynamic?.key, a.dynamic?.key) ?? anyType, value: or(found.dynamic?.value, a.dynamic?.value) ?? anyType },
      }
      return { kind: 'any', of: b.of.map((type, at) => (at === index ? merged : type)) }
    }
  }
  if (a.kind === 'set' && b.kind === 'set') return { kind: 'set', of: or(a.of, b.of) ?? anyType }
  if (a.kind === 'any' && b.kind !== 'any') return mergeTypes(b, a)
  return or(a, b)
}

function insertInto(object: ObjectType, path: readonly Term[], type: Type, env: TypeEnv): ObjectType {
  const [first, ...rest] = path
  if (first === undefined) return object
  const key = env.get(first) ?? unknownType
  const value = rest.length === 0 ? type : insertInto({ kind: 'object', properties: [] }, rest, type, env)
  const dynamic = object.dynamic === undefined ? { key, value } : { key: or(object.dynamic.key, key) ?? anyType, value: or(object.dynamic.value, value) ?? anyType }
  return { kind: 'object', properties: object.properties, dynamic }
}

function leaves(node: Node, path: readonly Term[]): [readonly Term[], Type][] {
  const found: [readonly Term[], Type][] = []
  for (const below of node.children.values()) {
    const at = below.term === undefined ? path : [...path, below.term]
    if (below.value !== undefined) found.push([at, below.value])
    else found.push(...leaves(below, at))
  }
  return found
}
