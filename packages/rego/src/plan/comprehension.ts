import type { Comprehension } from '../syntax/ast.ts'
import { equal } from '../value/equal.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import type { Value } from '../value/value.ts'
import type { Frame, Get, Step } from './frame.ts'
import { conflict, type Planner } from './planner.ts'
import type { Scope } from './scope.ts'
import { planGet } from './terms.ts'

/** The value of a comprehension: its body runs in the frame of the rule around it. */
export function planComprehension(node: Comprehension, outer: Scope, planner: Planner): Get {
  const scope = outer.child()
  const slot = scope.slots.fresh()
  const body = planner.body(node.body, scope)
  const head = planGet(node.term, scope, planner)
  const { machine } = planner
  if (node.kind === 'arraycomprehension') {
    const step = body((frame) => {
      const value = head(frame)
      if (value !== undefined) {
        const array = frame[slot] as Value[]
        array.push(value)
        machine.step()
        machine.checkSize(array.length)
      }
      return false
    })
    return (frame) => collect(frame, slot, step, [])
  }
  if (node.kind === 'setcomprehension') {
    const step = body((frame) => {
      const value = head(frame)
      if (value !== undefined) {
        const set = frame[slot] as RegoSet
        set.add(value)
        machine.step()
        machine.checkSize(set.size)
      }
      return false
    })
    return (frame) => collect(frame, slot, step, new RegoSet())
  }
  const key = node.key === undefined ? (): undefined => undefined : planGet(node.key, scope, planner)
  const { loc } = node.key ?? node.term
  const step = body((frame) => {
    const name = key(frame)
    const value = head(frame)
    if (name === undefined || value === undefined) return false
    const object = frame[slot] as RegoObject
    const known = object.get(name)
    if (known === undefined) object.set(name, value)
    else if (!equal(known, value)) throw conflict('object keys must be unique', loc)
    machine.step()
    machine.checkSize(object.size)
    return false
  })
  return (frame) => collect(frame, slot, step, new RegoObject())
}

function collect<T extends Value>(frame: Frame, slot: number, step: Step, into: T): T {
  frame[slot] = into
  step(frame)
  return into
}
