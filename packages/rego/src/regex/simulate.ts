import { codePointAt, codePointBefore, conditionsBetween, width } from './position.ts'
import { type Program, step } from './program.ts'

/** Capture slots: start and end of each group, undefined where it took no part. */
export type Captures = readonly (number | undefined)[]

interface Thread {
  readonly at: number
  readonly captures: Captures
}

/**
 * Runs the program as a set of threads in order of preference (Pike's way): the leftmost match and, of those, the one a
 * backtracking engine would find first, in time proportional to the text. The match begins at `from`, and ends at `to`
 * or before; neither hides the text around it from `\b`, `^` and `$`.
 */
export function simulate(program: Program, text: string, from: number, to: number, groups: number): Captures | undefined {
  const { steps } = program
  const seen = new Uint32Array(steps.length)
  let generation = 0
  let found: Captures | undefined

  const add = (threads: Thread[], entry: Thread, position: number, conditions: number): void => {
    const pending: Thread[] = [entry]
    for (let thread = pending.pop(); thread !== undefined; thread = pending.pop()) {
      const current = steps[thread.at]
      if (current === undefined || seen[thread.at] === generation) continue
      seen[thread.at] = generation
      if (current.op === step.split) {
        pending.push({ at: current.other, captures: thread.captures }, { at: current.out, captures: thread.captures })
      } else if (current.op === step.assert) {
        if ((current.argument & conditions) !== 0) pending.push({ at: current.out, captures: thread.captures })
      } else if (current.op === step.save) {
        pending.push({ at: current.out, captures: thread.captures.with(current.argument, position) })
      } else threads.push(thread)
    }
  }

  let threads: Thread[] = []
  let before = codePointBefore(text, from)
  let position = from
  let after = codePointAt(text, position)
  generation++
  add(threads, { at: program.start, captures: Array.from<undefined>({ length: groups * 2 }) }, position, conditionsBetween(before, after))
  while (threads.length > 0) {
    const following: Thread[] = []
    const nextPosition = position + width(after)
    before = after
    const afterNext = after < 0 ? -1 : codePointAt(text, nextPosition)
    const conditions = conditionsBetween(before, afterNext)
    generation++
    for (const thread of threads) {
      const current = steps[thread.at]
      if (current?.op === step.match) {
        found = thread.captures.with(0, from).with(1, position)
        break // threads further back are less preferred
      }
      if (position < to && after >= 0 && current?.set?.has(after) === true) {
        add(following, { at: current.out, captures: thread.captures }, nextPosition, conditions)
      }
    }
    threads = following
    position = nextPosition
    after = afterNext
  }
  return found
}
