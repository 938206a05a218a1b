import { isConstant, isVar, type Term } from '../syntax/ast.ts'
import { constantValue } from '../compile/constant.ts'
import { enumerate, lookup, lookupBase, memberOf, mergeDocuments } from '../evaluate/lookup.ts'
import type { Machine } from '../evaluate/machine.ts'
import { keyOf } from '../value/key.ts'
import { objectGet, objectHas, objectKeys } from '../value/members.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isObject, type Value } from '../value/value.ts'
import { evaluateAll, type Emit, type Frame, type Get, type Match, type Step } from './frame.ts'
import type { Planner } from './planner.ts'
import type { RuleNode, RuleSet } from './rule-node.ts'
import type { Scope } from './scope.ts'
import { isEvaluable, planGet, planMatch } from './terms.ts'

/** One operand of a reference: known beforehand, computed, or enumerated. */
type Operand =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'get'; readonly get: Get }
  | { readonly kind: 'bind'; readonly slot: number }
  | { readonly kind: 'match'; readonly match: Match }

function planOperand(term: Term, scope: Scope, planner: Planner): Operand {
  if (isConstant(term)) return { kind: 'constant', value: constantValue(term) ?? null }
  if (isEvaluable(term, scope)) return { kind: 'get', get: planGet(term, scope, planner) }
  if (isVar(term)) return { kind: 'bind', slot: scope.bind(term.value.name) }
  return { kind: 'match', match: planMatch(term, scope, planner) }
}

/** Whether a reference begins at a document, rather than at a variable that is called as it is. */
const isRoot = (head: Term, name: 'input' | 'data', scope: Scope): boolean => isVar(head) && head.value.name === name && !scope.isBound(name)

/** The value of a reference whose operands are all bound. */
export function planRefGet(terms: readonly Term[], scope: Scope, planner: Planner): Get {
  const [head, ...rest] = terms
  if (head === undefined) return () => undefined
  const operands = rest.map((term) => planOperand(term, scope, planner))
  const { machine } = planner
  if (isRoot(head, 'input', scope)) return getPath(() => machine.input, operands)
  if (isRoot(head, 'data', scope)) {
    const start = staticStart(operands, planner)
    if (start.get !== undefined) return getPath(start.get, operands.slice(start.used))
    const result: { value: Value | undefined } = { value: undefined }
    const walk = treeWalk(operands, planner, (_frame, value) => {
      result.value = value
      return true
    })
    return (frame) => {
      result.value = undefined
      walk(frame)
      return result.value
    }
  }
  return getPath(planGet(head, scope, planner), operands)
}

/** Enumerates a reference; each solution binds the operands that were unbound. */
export function planRefEach(terms: readonly Term[], scope: Scope, planner: Planner): (emit: Emit) => Step {
  const [head, ...rest] = terms
  if (head === undefined) return () => () => false
  const { machine } = planner
  let base: Get
  let from = 0
  const isInput = isRoot(head, 'input', scope)
  const isData = isRoot(head, 'data', scope)
  const headGet = isInput || isData ? undefined : planGet(head, scope, planner)
  const operands = rest.map((term) => planOperand(term, scope, planner))
  if (isInput) base = () => machine.input
  else if (isData) {
    const start = staticStart(operands, planner)
    if (start.get === undefined) return (emit) => treeWalk(operands, planner, emit)
    base = start.get
    from = start.used
  } else base = headGet ?? (() => undefined)
  // Operands that need no enumeration belong to the base.
  const firstOpen = operands.findIndex((operand, index) => index >= from && (operand.kind === 'bind' || operand.kind === 'match'))
  const open = firstOpen === -1 ? operands.length : firstOpen
  const start = getPath(base, operands.slice(from, open))
  return (emit) => {
    const walk = valueWalk(operands.slice(open), machine, emit)
    return (frame) => {
      const value = start(frame)
      return value !== undefined && walk(frame, value)
    }
  }
}

function getPath(base: Get, operands: readonly Operand[]): Get {
  const names = operands.flatMap((operand) => (operand.kind === 'constant' && typeof operand.value === 'string' ? [operand.value] : []))
  if (names.length === operands.length) return getMembers(base, names)
  let get = base
  for (const operand of operands) get = getOne(get, operand)
  return get
}

function getMembers(base: Get, keys: readonly string[]): Get {
  const members = keys.map(memberOf)
  const [first, second, third] = members
  if (first === undefined) return base
  if (second === undefined) {
    return (frame) => {
      const value = base(frame)
      return value === undefined ? undefined : first(value)
    }
  }
  if (third === undefined) {
    return (frame) => {
      const outer = base(frame)
      const value = outer === undefined ? undefined : first(outer)
      return value === undefined ? undefined : second(value)
    }
  }
  return (frame) => {
    let value = base(frame)
    for (let i = 0; i < members.length && value !== undefined; i++) value = (members[i] as (value: Value) => Value | undefined)(value)
    return value
  }
}

function getOne(base: Get, operand: Operand): Get {
  if (operand.kind === 'constant') {
    const { value: key } = operand
    if (typeof key === 'string') return getMembers(base, [key])
    return (frame) => {
      const value = base(frame)
      return value === undefined ? undefined : lookup(value, key)
    }
  }
  if (operand.kind !== 'get') return () => undefined
  const { get } = operand
  return (frame) => {
    const value = base(frame)
    if (value === undefined) return undefined
    const key = get(frame)
    return key === undefined ? undefined : lookup(value, key)
  }
}

/** Walks into a value, operand by operand. */
function valueWalk(operands: readonly Operand[], machine: Machine, emit: Emit): Emit {
  let next = emit
  for (const operand of [...operands].reverse()) next = valueStep(operand, machine, next)
  return next
}

function valueStep(operand: Operand, machine: Machine, next: Emit): Emit {
  switch (operand.kind) {
    case 'constant': {
      const { value: key } = operand
      const get = typeof key === 'string' ? memberOf(key) : (value: Value) => lookup(value, key)
      return (frame, value) => {
        const item = get(value)
        return item !== undefined && next(frame, item)
      }
    }
    case 'get': {
      const { get } = operand
      return (frame, value) => {
        const key = get(frame)
        const item = key === undefined ? undefined : lookup(value, key)
        return item !== undefined && next(frame, item)
      }
    }
    case 'bind': {
      const { slot } = operand
      return (frame, value) => {
        if (typeof value !== 'object' || value === null) return false
        if (isArray(value)) {
          for (let i = 0; i < value.length; i++) {
            machine.step()
            frame[slot] = i
            if (next(frame, value[i] as Value)) return true
          }
          return false
        }
        if (value instanceof RegoSet) {
          for (const item of value.values()) {
            machine.step()
            frame[slot] = item
            if (next(frame, item)) return true
          }
          return false
        }
        if (!isObject(value)) return false
        for (const key of objectKeys(value)) {
          machine.step()
          frame[slot] = key
          if (next(frame, objectGet(value, key) as Value)) return true
        }
        return false
      }
    }
    case 'match': {
      const { match } = operand
      return (frame, value) =>
        enumerate(value, (key, item) => {
          machine.step()
          return match(frame, key) && next(frame, item)
        })
    }
  }
}

// References into data

interface Start {
  /** Undefined where the path through the rules is only known when it is walked. */
  readonly get: Get | undefined
  readonly used: number
}

/** Follows constant operands through the tree of rules as far as they lead. */
function staticStart(operands: readonly Operand[], planner: Planner): Start {
  const { machine, root } = planner
  let node = root
  const path: Value[] = []
  const chain: RuleNode[] = [root]
  for (const [index, operand] of operands.entries()) {
    if (operand.kind !== 'constant') return { get: undefined, used: 0 }
    path.push(operand.value)
    const child = node.children.get(keyOf(operand.value))
    if (child === undefined) {
      // A base document: OPA reads as much of it at once as is known.
      let used = index + 1
      for (let next = operands[used]; next?.kind === 'constant'; next = operands[used]) {
        path.push(next.value)
        used++
      }
      const base = path.slice()
      return { get: () => basePath(machine, base), used }
    }
    node = child
    chain.push(node)
    const { rules } = node
    if (rules === undefined) continue
    const base = path.slice()
    const document = documentAt(rules, operands.slice(index + 1))
    return {
      get: (frame) => {
        if (machine.hidden !== undefined && chain.some((link) => machine.hidden?.has(link))) return basePath(machine, base)
        return document(frame)
      },
      used: index + 1,
    }
  }
  const last = node
  return {
    get: () => {
      if (machine.hidden !== undefined && chain.some((link) => machine.hidden?.has(link))) return basePath(machine, path)
      return extentOf(last, basePath(machine, path), machine)
    },
    used: operands.length,
  }
}

/** What rules make, as far as the operands after it need it. */
function documentAt(rules: RuleSet, operands: readonly Operand[]): Get {
  if (rules.isFunction) return () => undefined
  const gets: Get[] = []
  for (const operand of operands.slice(0, rules.keys)) {
    if (operand.kind === 'bind' || operand.kind === 'match') break
    gets.push(operand.kind === 'get' ? operand.get : () => operand.value)
  }
  if (gets.length === 0) return rules.value
  return (frame) => {
    const keys = evaluateAll(gets, frame)
    return keys === undefined ? undefined : rules.at(keys)
  }
}

function basePath(machine: Machine, path: readonly Value[]): Value | undefined {
  let value: Value | undefined = machine.data
  for (const key of path) {
    value = lookupBase(value, key)
    if (value === undefined) return undefined
  }
  return value
}

/** The whole document at a node: the base document and what all rules below make. */
export function extentOf(node: RuleNode, base: Value | undefined, machine: Machine): Value | undefined {
  if (node.rules !== undefined) return node.rules.isFunction ? base : node.rules.value()
  const virtual = new RegoObject()
  for (const child of node.sorted) {
    if (machine.hidden?.has(child) === true) continue
    const value = extentOf(child, undefined, machine)
    machine.late?.settle()
    if (value !== undefined) virtual.set(child.key, value)
  }
  if (base === undefined) return virtual
  return mergeDocuments(base, virtual)
}

/** Walks the tree of rules and the base document side by side. */
function treeWalk(operands: readonly Operand[], planner: Planner, emit: Emit): Step {
  const { machine, root } = planner
  // What walks the rest once a value is reached.
  const walkers: Emit[] = [emit]
  for (const operand of [...operands].reverse()) walkers.unshift(valueStep(operand, machine, walkers[0] ?? emit))

  const intoValue = (frame: Frame, value: Value | undefined, index: number): boolean => value !== undefined && (walkers[index] ?? emit)(frame, value)

  const into = (frame: Frame, node: RuleNode, base: Value | undefined, index: number): boolean => {
    if (machine.hidden?.has(node) === true) return intoValue(frame, base, index)
    if (node.rules !== undefined) return intoValue(frame, documentAt(node.rules, operands.slice(index))(frame), index)
    const operand = operands[index]
    if (operand === undefined) {
      const value = extentOf(node, base, machine)
      return value !== undefined && emit(frame, value)
    }
    if (operand.kind === 'constant' || operand.kind === 'get') {
      const key = operand.kind === 'constant' ? operand.value : operand.get(frame)
      return key !== undefined && under(frame, node, base, key, index)
    }
    const take = operand.kind === 'bind' ? bindTo(operand.slot) : operand.match
    const keys = base !== undefined && isObject(base) ? objectKeys(base) : undefined
    if (base !== undefined && keys === undefined && enumerate(base, (key) => take(frame, key) && under(frame, node, base, key, index))) return true
    for (const key of keys ?? []) {
      machine.step()
      if (take(frame, key) && under(frame, node, base, key, index)) return true
    }
    for (const child of node.sorted) {
      if (base !== undefined && isObject(base) && objectHas(base, child.key)) continue
      machine.step()
      if (take(frame, child.key) && into(frame, child, undefined, index + 1)) return true
    }
    return false
  }
  const under = (frame: Frame, node: RuleNode, base: Value | undefined, key: Value, index: number): boolean => {
    const below = base === undefined ? undefined : lookupBase(base, key)
    const child = node.children.get(keyOf(key))
    return child === undefined ? intoValue(frame, below, index + 1) : into(frame, child, below, index + 1)
  }
  return (frame) => into(frame, root, machine.data, 0)
}

function bindTo(slot: number): Match {
  return (frame, value) => {
    frame[slot] = value
    return true
  }
}
