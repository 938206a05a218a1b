import type { Location } from '../errors.ts'
import type { Machine } from '../evaluate/machine.ts'
import { newFrame, type Frame, type Get, type Step } from '../plan/frame.ts'
import { ruleScope, toLocation, type Planner } from '../plan/planner.ts'
import type { Scope } from '../plan/scope.ts'
import { isEvaluable, planGet } from '../plan/terms.ts'
import { isGenerated, isVar, isWildcard, type Expr, type Loc, type Rule, type Term } from '../syntax/ast.ts'
import { printRef } from '../syntax/print.ts'
import { varsOfExpr, walkExpr } from '../syntax/walk.ts'
import { isConstant } from '../syntax/ast.ts'
import { equal } from '../value/equal.ts'
import type { Value } from '../value/value.ts'

/** Why a document is what it is: rule by rule. */
export interface Explanation {
  /** The document that was asked after. */
  readonly ref: string
  /** The document's value; undefined where it has none. */
  readonly value: Value | undefined
  /** Every rule that could have contributed, in the order of the sources; else branches are rules of their own. */
  readonly rules: readonly RuleExplanation[]
}

/** What one rule did. */
export interface RuleExplanation {
  /** The rule's path, such as `data.example.deny`. */
  readonly path: string
  /** Where the rule stands. */
  readonly location: Location
  /** The source of the head. */
  readonly text: string
  /** What the rule produced, each with the values that its variables had; empty where a literal failed every time. */
  readonly solutions: readonly Solution[]
  /** The literal at which the body came furthest and failed; only where there is no solution. */
  readonly failure: Failure | undefined
}

/** One thing that a rule produced. */
export interface Solution {
  /** The member of a set, the value of a complete rule, the value under `key` of an object. */
  readonly value: Value
  /** The keys of an object's entry, outermost first. */
  readonly key: readonly Value[]
  /** The values of its variables, by name. */
  readonly bindings: Readonly<Record<string, Value>>
}

/** Why a rule came to nothing. */
export interface Failure {
  /** Where the literal stands. */
  readonly location: Location
  /** The source of the literal. */
  readonly text: string
  /** How often the body came to this literal. */
  readonly attempts: number
  /** The variables of the body as they were the first time. */
  readonly bindings: Readonly<Record<string, Value>>
  /** What the references, calls and variables in the literal stood for the first time; undefined where that was nothing. */
  readonly values: readonly { readonly text: string; readonly value: Value | undefined }[]
  /** Rules that the literal refers to, to be explained next. */
  readonly refersTo: readonly string[]
}

export interface ExplainContext {
  readonly planner: Planner
  readonly machine: Machine
  /** Sources by file. */
  readonly sources: ReadonlyMap<string, string>
  /** Generated names and what they were called in the source. */
  readonly rewritten: ReadonlyMap<string, string>
}

/** How many solutions of one rule are listed. */
const mostSolutions = 1000

export function explainRule(rule: Rule, context: ExplainContext): RuleExplanation {
  const { planner, sources } = context
  const scope = ruleScope()
  const watch = new Watch(scope, context)
  const builders = rule.body.map((expr) => {
    const before = watch.before(expr)
    return { literal: planner.literal(expr, scope), before }
  })
  const head = planHead(rule, scope, planner)
  const solutions: Solution[] = []
  let step: Step = (frame) => {
    const found = head(frame)
    if (found === undefined || solutions.length >= mostSolutions) return false
    const bindings = watch.bindings(frame)
    const known = solutions.some((other) => equal(other.value, found.value) && equal(other.key, found.key) && sameBindings(other.bindings, bindings))
    if (!known) solutions.push({ ...found, bindings })
    return false
  }
  for (const [index, { literal, before }] of [...builders.entries()].reverse()) {
    const inner = literal(step)
    step = (frame) => {
      before(frame, index)
      return inner(frame)
    }
  }
  step(newFrame(scope.slots.size))
  return {
    path: printRef(rule.path),
    location: toLocation(rule.loc),
    text: textAt(rule.head.loc, sources),
    solutions,
    failure: solutions.length > 0 ? undefined : watch.failure(),
  }
}

function sameBindings(a: Readonly<Record<string, Value>>, b: Readonly<Record<string, Value>>): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => {
    const left = a[name]
    const right = b[name]
    return left !== undefined && right !== undefined && equal(left, right)
  })
}

function planHead(rule: Rule, scope: Scope, planner: Planner): (frame: Frame) => { readonly value: Value; readonly key: readonly Value[] } | undefined {
  const { head } = rule
  const result = head.value ?? head.key
  const get: Get = result === undefined ? () => undefined : planGet(result, scope, planner)
  const first = rule.path.findIndex((term, index) => index > 0 && !isConstant(term))
  const keys = first === -1 ? [] : rule.path.slice(first).map((term) => planGet(term, scope, planner))
  return (frame) => {
    const value = get(frame)
    const key = keys.map((one) => one(frame))
    return value === undefined || key.includes(undefined) ? undefined : { value, key: key.filter((one) => one !== undefined) }
  }
}

function textAt(loc: Loc, sources: ReadonlyMap<string, string>): string {
  return (sources.get(loc.file) ?? '').slice(loc.offset, loc.end).trim()
}

/** Something in a literal that has a value. */
interface Look {
  readonly text: string
  readonly get: Get
}

/** Remembers how far a body came. */
class Watch {
  private readonly scope: Scope
  private readonly context: ExplainContext
  /** What stands in the literals so far. */
  private readonly parts: { readonly loc: Loc; readonly looks: readonly Look[]; readonly refersTo: readonly string[] }[] = []
  /** Variables that hold the results of calls within literals, and the sources of those. */
  private readonly calls: Map<string, string> = new Map()
  private furthest = -1
  private attempts = 0
  private first: (() => Omit<Failure, 'attempts'>) | undefined

  constructor(scope: Scope, context: ExplainContext) {
    this.scope = scope
    this.context = context
  }

  /** Planned before the literal, so that it sees only what is bound before it. */
  before(expr: Expr): (frame: Frame, index: number) => void {
    const { planner, sources } = this.context
    // What the compiler took out of a literal stands before it.
    const { loc } = expr
    const inside = this.parts.filter((part) => part.loc.file === loc.file && part.loc.offset >= loc.offset && part.loc.end <= loc.end)
    const looks: Look[] = inside.flatMap((part) => part.looks)
    const refersTo = new Set(inside.flatMap((part) => part.refersTo))
    const operator = expr.form === 'call' ? expr.terms[0] : undefined
    walkExpr(expr, {
      term: (term) => {
        if (term.value.kind !== 'ref') return false
        const [root] = term.value.terms
        if (!isVar(root)) return false
        if (root.value.name === 'data') refersTo.add(groundText(term.value.terms))
        // A function has no value of its own.
        if (term !== operator && isEvaluable(term, this.scope)) looks.push({ text: textAt(term.loc, sources) || printRef(term.value.terms), get: planGet(term, this.scope, planner) })
        return true
      },
    })
    for (const name of varsOfExpr(expr)) {
      const shown = this.calls.get(name) ?? this.context.rewritten.get(name) ?? name
      if (!this.scope.isBound(name) || isGenerated(shown) || isWildcard(shown)) continue
      const slot = this.scope.slots.of(name)
      looks.push({ text: shown, get: (frame) => frame[slot] as Value | undefined })
    }
    this.parts.push({ loc, looks, refersTo: [...refersTo] })
    const result = expr.terms.at(-1)
    if (operator !== undefined && isVar(result) && isGenerated(result.value.name)) this.calls.set(result.value.name, textAt(loc, sources))
    const known = [...this.scope.boundNames()]
    return (frame, index) => {
      if (index < this.furthest) return
      if (index > this.furthest) {
        this.furthest = index
        this.attempts = 0
        const bindings = this.bindingsOf(known, frame)
        const values = [...new Map(looks.map(({ text, get }) => [text, { text, value: get(frame) }])).values()]
        this.first = () => ({ location: toLocation(expr.loc), text: textAt(expr.loc, sources), bindings, values, refersTo: [...refersTo] })
      }
      this.attempts += 1
    }
  }

  bindings(frame: Frame): Readonly<Record<string, Value>> {
    return this.bindingsOf(this.scope.boundNames(), frame)
  }

  private bindingsOf(names: Iterable<string>, frame: Frame): Readonly<Record<string, Value>> {
    const bindings: Record<string, Value> = {}
    for (const name of names) {
      const shown = this.context.rewritten.get(name) ?? name
      const value = frame[this.scope.slots.of(name)] as Value | undefined
      if (value !== undefined && !isGenerated(shown) && !isWildcard(shown)) bindings[shown] = value
    }
    return bindings
  }

  failure(): Failure | undefined {
    const first = this.first?.()
    return first === undefined ? undefined : { ...first, attempts: this.attempts }
  }
}

function groundText(terms: readonly Term[]): string {
  const open = terms.findIndex((term, index) => index > 0 && !isConstant(term))
  return printRef(open === -1 ? terms : terms.slice(0, open))
}
