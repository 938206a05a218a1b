import { alphabet } from './alphabet.ts'
import { conditionsBetween } from './position.ts'
import { type Program, step } from './program.ts'

/**
 * A state of the deterministic automaton: the threads that wait for the next character, in order of preference, and the
 * character before them as far as the program's conditions look at it.
 */
interface State {
  readonly threads: readonly number[]
  readonly before: number
  /** By kind of the next character. */
  readonly next: Transition[]
}

interface Transition {
  /** The threads before the character hold a match. */
  readonly matched: boolean
  /** Absent when no thread survives. */
  readonly state: State | undefined
}

export interface AutomatonOptions {
  /** A match may begin at every position, not only at the first. */
  readonly searching: boolean
  /** Keep on for the longest match instead of the most preferred one. */
  readonly longest: boolean
}

export interface Automaton {
  /** The state at a position before which `before` stands (-1 at the edge). */
  readonly begin: (before: number) => State
  /** Consumes one code point, or the edge of the text as -1. */
  readonly advance: (state: State, codePoint: number) => Transition
}

const maxCost = 1 << 20

/** Stands last among the threads of a search: begins a new one before each character, until something has matched. */
const restart = -1

/** Builds the automaton of a program as it is needed; when it has grown too large it is forgotten and begun anew. */
export function automaton(program: Program, { searching, longest }: AutomatonOptions): Automaton {
  const { steps, start, conditions } = program
  const threads = searching ? [start, restart] : [start]
  const { kindOf, example } = alphabet(program.sets, conditions)
  const states = new Map<string, State>()
  const seen = new Uint32Array(steps.length)
  let generation = 0
  let cost = 0
  let initial: State | undefined

  const stateOf = (waiting: readonly number[], codePoint: number): State => {
    // Programs without conditions never look back: one kind of past is enough.
    const before = conditions === 0 ? -1 : codePoint < 0 ? -1 : example(kindOf(codePoint))
    const key = `${before}:${waiting.join()}`
    const known = states.get(key)
    if (known !== undefined) return known
    if (cost > maxCost) {
      states.clear()
      initial = undefined
      cost = 0
    }
    cost += waiting.length + 8
    const state: State = { threads: waiting, before, next: [] }
    states.set(key, state)
    return state
  }

  const transition = (state: State, kind: number): Transition => {
    const codePoint = example(kind)
    const holding = conditions === 0 ? 0 : conditionsBetween(state.before, codePoint)
    const following = new Set<number>()
    let matched = false
    generation++
    scan: for (const thread of state.threads) {
      if (thread === restart) {
        following.add(start).add(restart)
        break
      }
      const pending = [thread]
      for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
        const current = steps[at]
        if (current === undefined || seen[at] === generation) continue
        seen[at] = generation
        switch (current.op) {
          case step.split:
            pending.push(current.other, current.out)
            break
          case step.assert:
            if ((current.argument & holding) !== 0) pending.push(current.out)
            break
          case step.save:
            pending.push(current.out)
            break
          case step.char:
            if (codePoint >= 0 && current.set?.has(codePoint) === true) following.add(current.out)
            break
          case step.match:
            matched = true
            if (!longest) break scan // what follows is less preferred
        }
      }
    }
    cost += Math.max(1, kind - state.next.length)
    return { matched, state: codePoint < 0 || following.size === 0 ? undefined : stateOf([...following], codePoint) }
  }

  return {
    begin: (before) => (before < 0 ? (initial ??= stateOf(threads, before)) : stateOf(threads, before)),
    advance: (state, codePoint) => {
      const kind = kindOf(codePoint)
      return (state.next[kind] ??= transition(state, kind))
    },
  }
}
