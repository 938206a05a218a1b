import { outputVarsOfBody, isSubset, type Arity } from '../compile/outputs.ts'
import { isConstant, partsOf, isComprehension, operatorName, type Body, type Comprehension, type Term } from '../syntax/ast.ts'
import { safetyOptions, varsOfBody, varsOfTerm } from '../syntax/walk.ts'
import { equal } from '../value/equal.ts'
import { keyOf, type Key } from '../value/key.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import type { Value } from '../value/value.ts'
import type { Get } from './frame.ts'
import { newFrame } from './frame.ts'
import { conflict, type Planner } from './planner.ts'
import { Scope, Slots } from './scope.ts'
import { planGet } from './terms.ts'

const reserved: ReadonlySet<string> = new Set(['input', 'data'])

/**
 * `names := {n | some other in people; other.team == team; n := other.name}` inside a loop over `team`: instead of
 * running the body for each team, it runs once without a team, and its results are sorted by the teams it finds. Done
 * exactly where OPA does it, since a built-in that fails is then met more or less often.
 */
export function planIndexedComprehension(node: Comprehension, outer: Scope, planner: Planner, arity: Arity, id: number): Get | undefined {
  const keys = indexKeys(node, outer, arity)
  if (keys === undefined) return undefined
  const { machine } = planner
  let build: (() => Map<Key, Value>) | undefined
  const slots = keys.map((name) => outer.slots.of(name))
  const empty = newCollection(node.kind)
  return (frame) => {
    let results = machine.results[id] as Map<Key, Value> | undefined
    if (results === undefined) {
      build ??= planBuild(node, keys, planner)
      results = build()
      machine.results[id] = results
    }
    return results.get(keyOfAll(slots.map((slot) => frame[slot] as Value))) ?? empty
  }
}

function keyOfAll(values: readonly Value[]): Key {
  const [first] = values
  return values.length === 1 && first !== undefined ? keyOf(first) : keyOf(values)
}

/** Runs the body once, with nothing of the outside bound. */
function planBuild(node: Comprehension, keys: readonly string[], planner: Planner): () => Map<Key, Value> {
  const scope = new Scope(new Slots())
  const body = planner.body(node.body, scope)
  const slots = keys.map((name) => scope.slots.of(name))
  const head = planGet(node.term, scope, planner)
  const name: Get | undefined = node.key === undefined ? undefined : planGet(node.key, scope, planner)
  const { machine } = planner
  const { loc } = node.key ?? node.term
  return () => {
    const results = new Map<Key, Value>()
    const step = body((frame) => {
      const value = head(frame)
      if (value === undefined) return false
      machine.step()
      const key = keyOfAll(slots.map((slot) => frame[slot] as Value))
      let into = results.get(key)
      if (into === undefined) {
        into = newCollection(node.kind)
        results.set(key, into)
      }
      if (into instanceof RegoSet) into.add(value)
      else if (into instanceof RegoObject) {
        const property = name?.(frame)
        if (property === undefined) return false
        const known = into.get(property)
        if (known === undefined) into.set(property, value)
        else if (!equal(known, value)) throw conflict('object keys must be unique', loc)
      } else (into as Value[]).push(value)
      return false
    })
    step(newFrame(scope.slots.size))
    return results
  }
}

function newCollection(kind: Comprehension['kind']): Value {
  if (kind === 'setcomprehension') return new RegoSet()
  return kind === 'objectcomprehension' ? new RegoObject() : []
}

/** The outer variables that the body would bind by itself, sorted; undefined where there is nothing to gain or to lose. */
function indexKeys(node: Comprehension, outer: Scope, arity: Arity): readonly string[] | undefined {
  const candidates = new Set(outer.boundNames())
  if (candidates.size === 0) return undefined
  const outputs = outputVarsOfBody(node.body, arity, reserved)
  const known = new Set([...outputs, ...reserved])
  if (!isSubset(varsOfBody(node.body, safetyOptions), known)) return undefined
  const keys = [...outputs].filter((name) => candidates.has(name)).sort()
  if (keys.length === 0 || getsWorse(node.body, candidates) || nestedUses(node.body, candidates)) return undefined
  return keys
}

/** True where an outer variable stands in brackets before it stands elsewhere: it would be enumerated then. */
function getsWorse(body: Body, candidates: ReadonlySet<string>): boolean {
  const seen = new Set<string>()
  const collides = (names: ReadonlySet<string>): boolean => [...names].some((name) => candidates.has(name) && !seen.has(name))
  const walk = (term: Term): boolean => {
    const { value } = term
    switch (value.kind) {
      case 'var':
        seen.add(value.name)
        return false
      case 'ref':
        if (collides(varsOfTerm(term, { skipRefHead: true }))) return true
        break
      default:
    }
    return !isConstant(term) && partsOf(value).some(walk)
  }
  return body.some((expr) => {
    // The output of walk counts as enumerated.
    const output = operatorName(expr) === 'walk' ? expr.terms[2] : undefined
    if (output !== undefined && collides(varsOfTerm(output))) return true
    return expr.terms.some(walk) || expr.withs.some(({ target, value }) => walk(target) || walk(value))
  })
}

function nestedUses(body: Body, candidates: ReadonlySet<string>): boolean {
  const inTerm = (term: Term): boolean => {
    const { value } = term
    if (isComprehension(value)) return [...varsOfTerm(term, { skipRefHead: true })].some((name) => candidates.has(name))
    return !isConstant(term) && partsOf(value).some(inTerm)
  }
  return body.some((expr) => expr.terms.some(inTerm) || (expr.every !== undefined && nestedUses(expr.every.body, candidates)))
}
