import { sourceName } from '../compile/rename.ts'
import { rulesAt } from '../compile/tree.ts'
import { enumerate } from '../evaluate/lookup.ts'
import { evaluateAll, type Frame } from '../plan/frame.ts'
import type { Scope } from '../plan/scope.ts'
import { planGet } from '../plan/terms.ts'
import { planWith } from '../plan/with.ts'
import { dynamicIndex, isEquality, isVar, operatorName, type Every, type Expr, type Term } from '../syntax/ast.ts'
import { printRef } from '../syntax/print.ts'
import { walkExpr, walkTerm, type Visitor } from '../syntax/walk.ts'
import type { ExplainContext } from './context.ts'
import type { Attempt, Failure, RuleExplanation } from './explanation.ts'
import { isFunction, planLooks } from './looks.ts'
import { rulesBelow } from './rules-below.ts'

/** What can be told of one literal of a compiled body. */
export interface Part {
  readonly values: (frame: Frame) => Attempt['values']
  readonly member: (frame: Frame) => Failure | undefined
  readonly rules: (frame: Frame) => readonly RuleExplanation[]
  readonly refersTo: readonly string[]
}

/** Plans what is told of a literal, before the literal itself is planned. */
export function planPart(expr: Expr, scope: Scope, outer: ExplainContext): Part {
  const { withs, every } = expr
  const context = withs.length === 0 ? outer : { ...outer, isChanged: true }
  const given = planLooks(withs.map(({ value }) => value), scope, context)
  const looks = planLooks(every === undefined ? expr.terms : [every.domain], scope, context)
  const member = every === undefined ? () => undefined : planMember(every, scope, context)
  const functions = planFunctions(expr, scope, context)
  const refs = dataRefs(expr, context)
  const referred = context.isChanged ? refs.flatMap((ref) => rulesBelow(context.tree, ref)) : []
  const under = planUnder(expr, scope, context)
  nameResult(expr, context)
  return {
    values: (frame) => [...given.flatMap((look) => look(frame)), ...(under(frame, (changed) => looks.flatMap((look) => look(changed))) ?? [])],
    member: (frame) => under(frame, member),
    rules: (frame) => under(frame, (changed) => [...functions(changed), ...context.explain(referred, context, [])]) ?? [],
    refersTo: [...new Set(refs.map(printRef))],
  }
}

/** Looks at something under the literal's `with`; at nothing where that has no value. */
function planUnder(expr: Expr, scope: Scope, { planner }: ExplainContext): <T>(frame: Frame, look: (frame: Frame) => T) => T | undefined {
  if (expr.withs.length === 0) return (frame, look) => look(frame)
  let run: (frame: Frame) => void = () => undefined
  const plain = () => () => (frame: Frame): boolean => {
    run(frame)
    return true
  }
  const step = planWith(expr, scope.child(), { ...planner, plain })(() => true)
  return <T>(frame: Frame, look: (frame: Frame) => T) => {
    let found: T | undefined
    run = (changed) => {
      found = look(changed)
    }
    step(frame)
    return found
  }
}

/** Goes through the members as `every` does, to the first one that fails. */
function planMember({ domain, key, value, body }: Every, outer: Scope, context: ExplainContext): (frame: Frame) => Failure | undefined {
  const collection = planGet(domain, outer, context.planner)
  const scope = outer.child()
  const [keySlot, valueSlot] = [key, value].map((term) => (isVar(term) ? scope.bind(term.value.name) : scope.slots.fresh())) as [number, number]
  const watched = context.watch(body, scope, context)
  const step = watched.run(() => true)
  return (frame) => {
    const failed = enumerate(collection(frame) ?? null, (name, item) => {
      frame[keySlot] = name
      frame[valueSlot] = item
      return !step(frame)
    })
    return failed ? watched.failure() : undefined
  }
}

/** The rules of the function that the literal calls, each with what it makes of the arguments. */
function planFunctions(expr: Expr, scope: Scope, context: ExplainContext): (frame: Frame) => readonly RuleExplanation[] {
  const { planner, tree } = context
  const [operator, ...operands] = expr.terms
  const rules = expr.form === 'call' && operator?.value.kind === 'ref' ? rulesAt(tree, operator.value.terms) : []
  const args = operands.slice(0, rules[0]?.head.args?.length ?? 0).map((term) => planGet(term, scope, planner))
  return (frame) => {
    const values = evaluateAll(args, frame)
    return values === undefined || planner.machine.mocks?.has(operatorName(expr) ?? '') === true ? [] : context.explain(rules, context, values)
  }
}

/** The references to documents below `data`, without what is behind their first variable. */
function dataRefs(expr: Expr, { planner }: ExplainContext): readonly (readonly Term[])[] {
  const found: (readonly Term[])[] = []
  const visitor: Visitor = {
    term: (term) => {
      const { value } = term
      if (value.kind !== 'ref' || !isVar(value.terms[0]) || value.terms[0].value.name !== 'data' || isFunction(term, planner)) return
      const open = dynamicIndex(value.terms)
      found.push(open === -1 ? value.terms : value.terms.slice(0, open))
    },
  }
  walkExpr({ ...expr, withs: [] }, visitor)
  for (const { value } of expr.withs) walkTerm(value, visitor)
  return found
}

/** A variable that stands for a part of a literal is shown as that part. */
function nameResult(expr: Expr, context: ExplainContext): void {
  const [, ...operands] = expr.terms
  const [result, source] = isEquality(expr) ? operands : [operands.at(-1), expr]
  if (expr.form === 'call' && isVar(result) && source !== undefined && sourceName(result.value.name, context.rewritten) === undefined) context.shown.set(result.value.name, context.text(source.loc))
}
