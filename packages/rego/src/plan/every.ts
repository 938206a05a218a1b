import { enumerate } from '../evaluate/lookup.ts'
import { isVar, type Every } from '../syntax/ast.ts'
import { RegoNumber } from '../value/number.ts'
import type { Literal } from './frame.ts'
import type { Planner } from './planner.ts'
import type { Scope } from './scope.ts'
import { planGet } from './terms.ts'

/** `every` holds where the body has a solution for each member; what is no collection fails. */
export function planEvery(every: Every, outer: Scope, planner: Planner): Literal {
  const domain = planGet(every.domain, outer, planner)
  const scope = outer.child()
  const keySlot = isVar(every.key) ? scope.bind(every.key.value.name) : scope.slots.fresh()
  const valueSlot = isVar(every.value) ? scope.bind(every.value.value.name) : scope.slots.fresh()
  const body = planner.body(every.body, scope)(() => true)
  const { machine } = planner
  return (next) => (frame) => {
    const value = domain(frame)
    if (typeof value !== 'object' || value === null || value instanceof RegoNumber) return false
    const failed = enumerate(value, (key, item) => {
      machine.step()
      frame[keySlot] = key
      frame[valueSlot] = item
      return !body(frame)
    })
    return !failed && next(frame)
  }
}
