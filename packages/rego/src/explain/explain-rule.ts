import { evaluateAll, newFrame, type Frame, type Get } from '../plan/frame.ts'
import { ruleScope, toLocation } from '../plan/planner.ts'
import type { Scope } from '../plan/scope.ts'
import { planGet, planMatch } from '../plan/terms.ts'
import { dynamicIndex, type Rule } from '../syntax/ast.ts'
import { equal } from '../value/equal.ts'
import type { Value } from '../value/value.ts'
import { bindingsOf, outOfTurn, refText, type ExplainContext } from './context.ts'
import type { Failure, RuleExplanation, Solution } from './explanation.ts'

/** How many solutions of one rule are listed. */
const mostSolutions = 1000

/** What a rule does; a function's with its arguments. */
export function explainRule(rule: Rule, outer: ExplainContext, args: readonly Value[]): RuleExplanation {
  const context = { ...outer, ...bareElse(rule, outer.text) }
  const { planner, text } = context
  const { head } = rule
  const scope = ruleScope()
  const matches = (head.args ?? []).map((arg) => planMatch(arg, scope, planner))
  const body = context.watch(rule.body, scope, context)
  const produce = planHead(rule, scope, context)
  const solutions: Solution[] = []
  const known: Value[] = []
  const run = body.run((frame) => {
    const found = produce(frame)
    if (found === undefined || solutions.length >= mostSolutions) return false
    const bindings = bindingsOf(scope.boundNames(), frame, scope, context)
    const whole = [found.value, found.key, Object.values(bindings)]
    if (known.some((other) => equal(other, whole))) return false
    known.push(whole)
    solutions.push({ ...found, bindings })
    return false
  })
  const frame = newFrame(scope.slots.size)
  const fits = matches.every((match, index) => match(frame, args[index] as Value))
  if (fits) outOfTurn(() => run(frame))
  const failure = solutions.length > 0 ? undefined : fits ? body.failure() : unfit(rule, context, args)
  return { path: refText(rule.path, context), location: toLocation(rule.loc), text: text(head.loc), solutions, failure }
}

/** The arguments are not those that the function's head is for. */
function unfit({ head }: Rule, { text }: ExplainContext, args: readonly Value[]): Failure {
  const values = (head.args ?? []).map(({ loc }, index) => ({ text: text(loc), value: args[index] }))
  return { location: toLocation(head.loc), text: text(head.loc), attempts: 1, bindings: {}, values, further: [], error: undefined, member: undefined, rules: [], refersTo: [] }
}

/** The only literal of `else := 1 if x` has, with all that is in it, the place of the `else`, as in OPA. */
function bareElse({ body: [first], head, loc, else: next }: Rule, text: ExplainContext['text']): Partial<ExplainContext> {
  if (first?.loc.offset !== loc.offset || first.loc.end >= head.loc.end) return {}
  const literal = text({ ...loc, offset: head.loc.end, end: next?.loc.offset ?? loc.end }).replace(/^if\b\s*/, '')
  return { elseText: literal, text: (at) => (at.offset === loc.offset && at.end === first.loc.end ? '' : text(at)) }
}

function planHead({ head, path }: Rule, scope: Scope, { planner }: ExplainContext): (frame: Frame) => { readonly value: Value; readonly key: readonly Value[] } | undefined {
  const result = head.value ?? head.key
  const get: Get = result === undefined ? () => undefined : planGet(result, scope, planner)
  const first = dynamicIndex(path)
  const keys = first === -1 ? [] : path.slice(first).map((term) => planGet(term, scope, planner))
  return (frame) => {
    const value = get(frame)
    const key = evaluateAll(keys, frame)
    return value === undefined || key === undefined ? undefined : { value, key }
  }
}
