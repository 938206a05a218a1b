import type { TreeNode } from '../compile/tree.ts'
import { isVirtual } from '../compile/tree.ts'
import { sameTerms } from '../compile/outputs.ts'
import { compareLocs } from '../compile/safety.ts'
import { printRef, printTerm } from '../syntax/print.ts'
import { constantValue } from '../compile/constant.ts'
import { groundPrefix, isEquality, isGround, isRef, isScalar, isVar, nowhere, operatorName, stringOf, type Expr, type Rule, type Term } from '../syntax/ast.ts'
import { equal } from '../value/equal.ts'
import { keyOf, type Key } from '../value/key.ts'
import { isArray, type Value } from '../value/value.ts'
import type { Frame, Get } from './frame.ts'
import type { Planner } from './planner.ts'
import { ruleScope } from './planner.ts'

/** What a rule asks of one reference or argument before any of its literals run. */
type Wanted =
  | { readonly kind: 'any' }
  | { readonly kind: 'scalar'; readonly value: Value }
  | { readonly kind: 'array'; readonly items: readonly (Value | undefined)[] }
  | { readonly kind: 'glob'; readonly delimiter: string; readonly parts: readonly (string | undefined)[] }

interface Condition {
  /** The operand's number for arguments, the reference for all else. */
  readonly source: number | readonly Term[]
  wanted: Wanted
  /** The variable that the reference is bound to, for globs. */
  name: string | undefined
}

/** Tells which branches of a rule set can match at all, as OPA 1.13.1 does: a branch that cannot is not run. */
export interface RuleIndex {
  /** For each rule, a bit for the rule itself and for each of its else branches. */
  readonly select: (args: readonly Value[] | undefined) => readonly Selected[]
  /** True where constant arguments leave out rules that OPA would start: early exit is then decided by all rules. */
  readonly prunes: boolean
}

export interface Selected {
  readonly rule: number
  readonly branches: readonly number[]
}

interface Branch {
  readonly rule: number
  readonly branch: number
  readonly conditions: readonly { readonly source: number; readonly wanted: Wanted }[]
  /** How many of them OPA's index knows too; behind them are arguments that are constants. */
  readonly known: number
  /** The source of every literal that counts, also of those that a later one on the same source replaces. */
  readonly asked: readonly number[]
  /** What is selected where no other branch of the rule is. */
  readonly alone: Selected
}

const noFrame: Frame = []

/** An index over rules, each with its else branches; undefined where no rule can be told apart. */
export function buildRuleIndex(rules: readonly (readonly Rule[])[], tree: TreeNode, planner: Planner): RuleIndex | undefined {
  const sources: Condition['source'][] = []
  const numbers = new Map<string, number>()
  const numberOf = (source: Condition['source']): number => {
    const key = typeof source === 'number' ? `argument ${source}` : printRef(source)
    const known = numbers.get(key) ?? sources.push(source) - 1
    numbers.set(key, known)
    return known
  }
  const branches: Branch[] = []
  for (const [number, chain] of rules.entries()) {
    for (const [branch, rule] of chain.entries()) {
      const found = conditionsOf(rule, tree)
      const constants = constantArgs(rule).filter(({ source }) => !found.conditions.some((known) => known.source === source && known.wanted.kind === 'scalar'))
      const conditions = [...found.conditions, ...constants].map(({ source, wanted }) => ({ source: numberOf(source), wanted }))
      branches.push({ rule: number, branch, conditions, known: found.conditions.length, asked: found.asked.map((source) => numberOf(source)), alone: { rule: number, branches: [branch] } })
    }
  }
  if (branches.every(({ conditions }) => conditions.length === 0)) return undefined
  const prunes = branches.some(({ conditions, known }) => conditions.length > known)
  if (branches.length > 1) orderBranches(branches, sources)
  const gets = sources.map((source): ((args: readonly Value[] | undefined) => Value | undefined) => {
    if (typeof source === 'number') return (args) => args?.[source]
    const get: Get = planner.refGet(source, ruleScope())
    return () => get(noFrame)
  })
  return { ...makeIndex(branches, gets, rules.length), prunes }
}

/**
 * Puts branches into the order in which OPA's index comes upon them, and hence runs them: it shows in which of several
 * errors is the first one. Rules that nothing is known of come first, then, for each reference, rules that do not ask
 * for it, rules that ask for any value, and rules that ask for a certain one.
 */
function orderBranches(branches: Branch[], sources: readonly (number | readonly Term[])[]): void {
  const place: number[] = []
  for (const [at, source] of sourcesAsSorted(branches, sources).entries()) place[source] = at
  const ranks = new Map(
    branches.map((branch) => [
      branch,
      branch.conditions
        .slice(0, branch.known)
        .map(({ source, wanted }): Rank => [place[source] ?? 0, rankOf(wanted)])
        .sort(([a], [b]) => a - b),
    ]),
  )
  branches.sort((a, b) => compareRanks(ranks.get(a) ?? [], ranks.get(b) ?? []))
}

/** Where a reference stands in the order of references, and what is asked of it; what is not asked for is left out. */
type Rank = readonly [place: number, rank: number]

function rankOf(wanted: Wanted): number {
  return wanted.kind === 'any' ? 1 : wanted.kind === 'glob' ? 3 : 2
}

function compareRanks(a: readonly Rank[], b: readonly Rank[]): number {
  if (a.length === 0 || b.length === 0) return a.length - b.length
  for (let i = 0; ; i++) {
    const left = a[i]
    const right = b[i]
    if (left === undefined || right === undefined) return (left === undefined ? 0 : 1) - (right === undefined ? 0 : 1)
    // The one that asks for an earlier reference comes after the one that does not.
    if (left[0] !== right[0]) return right[0] - left[0]
    if (left[1] !== right[1]) return left[1] - right[1]
  }
}

/**
 * The references as OPA looks at them: those that many literals ask for first, then by where they stand. It means to.
 * It sorts them in place by counts that stay where they were, after a Go map gave them out from any point on. The
 * outcome with the first one at the front is taken here; where they all do the same, it is the one of OPA.
 */
function sourcesAsSorted(branches: readonly Branch[], sources: readonly (number | readonly Term[])[]): readonly number[] {
  const asked = new Map<number, number>()
  for (const branch of branches) for (const source of branch.asked) asked.set(source, (asked.get(source) ?? 0) + 1)
  const sorted = byHash([...asked.keys()], sources)
  const counts = sorted.map((source) => asked.get(source) ?? 0)
  const before = (a: number, b: number): boolean => {
    const more = (counts[a] ?? 0) - (counts[b] ?? 0)
    return more === 0 ? compareSources(sources[sorted[a] ?? 0], sources[sorted[b] ?? 0]) < 0 : more > 0
  }
  // Go sorts long lists in another way, from another beginning each time.
  if (sorted.length > 12) return sorted.sort((a, b) => (asked.get(b) ?? 0) - (asked.get(a) ?? 0) || compareSources(sources[a], sources[b]))
  for (let i = 1; i < sorted.length; i++) {
    for (let j = i; j > 0 && before(j, j - 1); j--) [sorted[j - 1], sorted[j]] = [sorted[j] ?? 0, sorted[j - 1] ?? 0]
  }
  return sorted
}

/** As OPA's map chains them: where hashes are equal, the one that came last is in front. */
function byHash(asked: readonly number[], sources: readonly (number | readonly Term[])[]): number[] {
  const chains = new Map<string, number[]>()
  for (const source of asked) {
    const hash = hashOf(sources[source] ?? source)
    chains.set(hash, [source, ...(chains.get(hash) ?? [])])
  }
  return [...chains.values()].flat()
}

/** Equal where OPA's hash of a reference is: a sum of those of its terms, in which a number, `true` and `false` count as numbers. */
function hashOf(source: number | readonly Term[]): string {
  if (typeof source === 'number') return `${source}`
  let sum = 0
  const texts: string[] = []
  for (const term of source) {
    if (isScalar(term) && typeof term.value.value !== 'string') sum += Math.trunc(Number(term.value.value))
    else texts.push(printTerm(term))
  }
  return `${sum} ${texts.sort().join(' ')}`
}

/** By place; arguments have none, and come last. */
function compareSources(a: number | readonly Term[] | undefined, b: number | readonly Term[] | undefined): number {
  if (typeof a === 'number' || typeof b === 'number') return (typeof a === 'number' ? 1 : 0) - (typeof b === 'number' ? 1 : 0)
  return compareLocs(a?.[0]?.loc ?? nowhere, b?.[0]?.loc ?? nowhere)
}

function makeIndex(branches: readonly Branch[], gets: readonly ((args: readonly Value[] | undefined) => Value | undefined)[], ruleCount: number): Omit<RuleIndex, 'prunes'> {
  const hasElse = branches.some(({ branch }) => branch > 0)
  const select = (candidates: readonly Branch[], values: readonly (Value | undefined)[]): readonly Selected[] => {
    const found: Selected[] = []
    for (const { rule, branch, conditions, alone } of candidates) {
      let holds = true
      for (const { source, wanted } of conditions) {
        if (!matches(wanted, values[source])) {
          holds = false
          break
        }
      }
      if (!holds) continue
      const known = hasElse ? found.findIndex((one) => one.rule === rule) : -1
      const before = found[known]
      if (before === undefined) found.push(alone)
      else found[known] = { rule, branches: [...before.branches, branch].sort((a, b) => a - b) }
    }
    return found
  }
  const evaluate = (args: readonly Value[] | undefined): (Value | undefined)[] => gets.map((get) => get(args))
  const pivot = ruleCount < 6 ? undefined : makePivot(branches)
  if (pivot === undefined) return { select: (args) => select(branches, evaluate(args)) }
  return {
    select: (args) => {
      const values = evaluate(args)
      const value = values[pivot.source]
      const candidates = value === undefined ? pivot.others : (pivot.byKey.get(keyOf(value)) ?? pivot.others)
      return select(candidates, values)
    },
  }
}

/** Sorts branches by what they want of the one source that most of them ask for a scalar. */
function makePivot(branches: readonly Branch[]): { readonly source: number; readonly byKey: ReadonlyMap<Key, readonly Branch[]>; readonly others: readonly Branch[] } | undefined {
  const counts: number[] = []
  for (const { conditions } of branches) for (const { source, wanted } of conditions) if (wanted.kind === 'scalar') counts[source] = (counts[source] ?? 0) + 1
  const most = counts.reduce((a, b) => Math.max(a, b), 0)
  const best = counts.indexOf(most)
  if (most < 4) return undefined
  const others = branches.filter((branch) => scalarAt(branch, best) === undefined)
  const byKey = new Map<Key, Branch[]>()
  for (const branch of branches) {
    const wanted = scalarAt(branch, best)
    if (wanted === undefined) continue
    const key = keyOf(wanted.value)
    byKey.set(key, [...(byKey.get(key) ?? []), branch])
  }
  const order = new Map(branches.map((branch, index) => [branch, index]))
  const inOrder = (a: Branch, b: Branch): number => (order.get(a) ?? 0) - (order.get(b) ?? 0)
  for (const [key, list] of byKey) byKey.set(key, [...list, ...others].sort(inOrder))
  return { source: best, byKey, others }
}

function scalarAt(branch: Branch, source: number): { readonly value: Value } | undefined {
  const wanted = branch.conditions.find((condition) => condition.source === source)?.wanted
  return wanted?.kind === 'scalar' ? wanted : undefined
}

function matches(wanted: Wanted, value: Value | undefined): boolean {
  if (value === undefined) return false
  switch (wanted.kind) {
    case 'any':
      return true
    case 'scalar':
      return value === wanted.value || equal(value, wanted.value)
    case 'array':
      return isArray(value) && value.length === wanted.items.length && wanted.items.every((item, index) => item === undefined || equal(item, value[index] ?? null))
    case 'glob': {
      if (typeof value !== 'string') return true
      const parts = value.split(wanted.delimiter)
      return parts.length === wanted.parts.length && wanted.parts.every((part, index) => part === undefined || part === parts[index])
    }
  }
}

/** Arguments that a head gives as constants: a call with others does not reach the body. */
function constantArgs(rule: Rule): readonly { readonly source: number; readonly wanted: Wanted }[] {
  return (rule.head.args ?? []).flatMap((arg, source) => (isScalar(arg) ? [{ source, wanted: { kind: 'scalar', value: arg.value.value } as const }] : []))
}

// Which literals count

/** What the literals of a rule ask for, one condition for each source; and the source of each literal. */
function conditionsOf(rule: Rule, tree: TreeNode): { readonly conditions: readonly Condition[]; readonly asked: readonly Condition['source'][] } {
  const conditions: Condition[] = []
  const asked: Condition['source'][] = []
  if (rule.body.some((expr) => operatorName(expr) === 'internal.print' || operatorName(expr) === 'internal.test_case')) return { conditions, asked }
  const insert = (condition: Condition): void => {
    asked.push(condition.source)
    const known = conditions.findIndex(({ source }) => sameSource(source, condition.source))
    if (known === -1) conditions.push(condition)
    else conditions[known] = condition
  }
  for (const expr of rule.body) {
    if (expr.withs.length > 0 || expr.negated) continue
    const condition = conditionOf(expr, rule, conditions, tree)
    if (condition !== undefined) insert(condition)
  }
  return { conditions, asked }
}

function sameSource(a: number | readonly Term[], b: number | readonly Term[]): boolean {
  return typeof a === 'number' || typeof b === 'number' ? a === b : sameTerms(a, b)
}

function conditionOf(expr: Expr, rule: Rule, before: readonly Condition[], tree: TreeNode): Condition | undefined {
  const [first, left, right] = expr.terms
  if (first === undefined) return undefined
  if (expr.form === 'term') {
    const source = isRef(first) ? refSource(first.value.terms, tree) : undefined
    return source === undefined ? undefined : { source, wanted: { kind: 'any' }, name: undefined }
  }
  if (expr.form !== 'call' || left === undefined || right === undefined) return undefined
  if (isEquality(expr) || (operatorName(expr) === 'equal' && expr.terms.length === 3)) {
    return equation(left, right, rule, tree) ?? equation(right, left, rule, tree)
  }
  return operatorName(expr) === 'glob.match' && expr.terms.length === 4 ? globCondition(left, right, expr.terms[3], rule, before) : undefined
}

function equation(a: Term, b: Term, rule: Rule, tree: TreeNode): Condition | undefined {
  const source = isVar(a) ? argSource(a.value.name, rule) : isRef(a) ? refSource(a.value.terms, tree) : undefined
  const wanted = source === undefined ? undefined : wantedOf(b)
  return source === undefined || wanted === undefined ? undefined : { source, wanted, name: isVar(b) ? b.value.name : undefined }
}

function argSource(name: string, rule: Rule): number | undefined {
  const index = (rule.head.args ?? []).findIndex((arg) => isVar(arg) && arg.value.name === name)
  return index === -1 ? undefined : index
}

function refSource(ref: readonly Term[], tree: TreeNode): readonly Term[] | undefined {
  const [head, ...rest] = ref
  if (!isVar(head) || (head.value.name !== 'input' && head.value.name !== 'data')) return undefined
  if (!rest.every((term) => isGround(term) && !isRef(term))) return undefined
  if (head.value.name === 'data' && isVirtual(tree, groundPrefix(ref))) return undefined
  return ref
}

function wantedOf(term: Term): Wanted | undefined {
  if (isVar(term)) return { kind: 'any' }
  if (isScalar(term)) return { kind: 'scalar', value: term.value.value }
  if (term.value.kind !== 'array') return undefined
  const items: (Value | undefined)[] = []
  for (const item of term.value.items) {
    if (isVar(item)) items.push(undefined)
    else if (isScalar(item)) items.push(item.value.value)
    else return undefined
  }
  return { kind: 'array', items }
}

function globCondition(pattern: Term, delimiters: Term, subject: Term | undefined, rule: Rule, before: readonly Condition[]): Condition | undefined {
  const text = stringOf(pattern)
  const delimiter = delimiterOf(delimiters)
  if (text === undefined || delimiter === undefined || !isVar(subject)) return undefined
  const { name } = subject.value
  const source = before.findLast((condition) => condition.name === name)?.source ?? argSource(name, rule)
  const parts = source === undefined ? undefined : globParts(text, delimiter)
  return source === undefined || parts === undefined ? undefined : { source, wanted: { kind: 'glob', delimiter, parts }, name: undefined }
}

function delimiterOf(term: Term): string | undefined {
  const value = constantValue(term)
  if (value === undefined || !isArray(value)) return undefined
  if (value.length === 0) return '.'
  return value.every((item) => typeof item === 'string') ? value.join('') : undefined
}

/** A pattern whose parts are plain texts or single stars. */
function globParts(pattern: string, delimiter: string): readonly (string | undefined)[] | undefined {
  if (/[\\[?{]/.test(pattern)) return undefined
  const parts = pattern.split(delimiter)
  if (parts.some((part) => part !== '*' && part.includes('*'))) return undefined
  return parts.map((part) => (part === '*' ? undefined : part))
}
