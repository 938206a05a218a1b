import type { LateErrors } from '../evaluate/late-errors.ts'
import type { Observer } from './planner.ts'

/** Lets errors that were put aside while a literal ran happen when OPA would come upon them: after all that follows it. */
export function observeLateErrors(late: LateErrors): Observer {
  return {
    wrap: ({ negated }, _scope, literal) => (next) => {
      let held: ReturnType<LateErrors['take']> = []
      const step = literal((frame) => {
        // A negation is decided before anything follows.
        if (negated) late.settle()
        else held = [...held, ...late.take()]
        return next(frame)
      })
      return (frame) => {
        const outer = held
        held = []
        try {
          const done = step(frame)
          late.settle([...held, ...late.take()])
          return done
        } finally {
          held = outer
        }
      }
    },
  }
}
