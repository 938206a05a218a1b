import { RegoError } from '../errors.ts'
import { toLocation } from '../plan/planner.ts'
import type { Frame, Step } from '../plan/frame.ts'
import type { Scope } from '../plan/scope.ts'
import type { Body, Loc } from '../syntax/ast.ts'
import { bindingsOf, outOfTurn, type ExplainContext, type WatchedBody } from './context.ts'
import type { Attempt, Failure } from './explanation.ts'
import { planPart, type Part } from './part.ts'

/** How often it is told what a literal met. */
const mostAttempts = 10

/** Plans a body that remembers how far it came. */
export function watchBody(body: Body, scope: Scope, context: ExplainContext): WatchedBody {
  const { planner } = context
  // What is shown of a literal is planned before it, and so sees only what is bound before it.
  const parts = body.map((expr) => ({ expr, known: [...scope.boundNames()], part: planPart(expr, scope, context), literal: planner.literal(expr, scope) }))
  let furthest = -1
  let attempts = 0
  let frames: Frame[] = []
  const reach = (index: number, frame: Frame): void => {
    if (index < furthest) return
    if (index > furthest) {
      furthest = index
      attempts = 0
      frames = []
    }
    attempts += 1
    if (frames.length < mostAttempts) frames.push([...frame])
  }
  const run = (next: Step): Step => {
    let step = next
    for (const [index, { literal }] of [...parts.entries()].reverse()) {
      const inner = literal(step)
      step = (frame) => {
        reach(index, frame)
        return inner(frame)
      }
    }
    return (frame) => {
      furthest = -1
      return step(frame)
    }
  }
  const failure = (): Failure | undefined => {
    const failed = parts[furthest]
    const [first, ...others] = frames
    if (failed === undefined || first === undefined) return undefined
    // What the compiler took out of a literal stands before it; the literal is what the source has.
    const { loc } = parts.map(({ expr }) => expr).findLast((expr) => holds(expr.loc, failed.expr.loc)) ?? failed.expr
    const taken = parts.slice(0, furthest + 1).filter(({ expr }) => holds(loc, expr.loc)).map(({ part }) => part)
    const attempt = (frame: Frame): Attempt => ({ bindings: bindingsOf(failed.known, frame, scope, context), values: valuesOf(taken, frame) })
    return {
      location: toLocation(loc),
      text: context.text(loc) || context.elseText,
      attempts,
      ...attempt(first),
      further: others.map(attempt),
      error: refusal(() => failed.literal(() => true)(first), context),
      member: failed.part.member(first),
      rules: taken.flatMap((part) => part.rules(first)),
      refersTo: [...new Set(taken.flatMap((part) => part.refersTo))],
    }
  }
  return { run, failure }
}

function holds(outer: Loc, inner: Loc): boolean {
  return outer.file === inner.file && outer.offset <= inner.offset && inner.end <= outer.end
}

/** Each text once; what is told of a later part counts. */
function valuesOf(parts: readonly Part[], frame: Frame): Attempt['values'] {
  return [...new Map(parts.flatMap((part) => part.values(frame)).map((one) => [one.text, one])).values()]
}

/** What makes a literal fail that should not: what a built-in refuses, or several values where there may be one. */
function refusal(run: () => unknown, { planner: { machine } }: ExplainContext): string | undefined {
  const before = machine.builtinError
  machine.builtinError = undefined
  const outcome = outOfTurn(run)
  const error = outcome instanceof RegoError ? outcome : (machine.builtinError as RegoError | undefined)
  machine.builtinError = before ?? machine.builtinError
  return error?.message
}
