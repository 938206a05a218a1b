import { isEvaluationError, RegoError } from '../errors.ts'
import type { Machine } from '../evaluate/machine.ts'
import { keyOf, type Key } from '../value/key.ts'
import type { Value } from '../value/value.ts'

/** Makes a partial document, or as much of it as has these keys. */
export type Build = (keys: readonly Value[]) => Value

/** What is known of a partial document in one environment: parts by their keys, and what they took. */
class Parts {
  readonly byCount: Map<Key, Value>[] = []
  spent = 0
  /** Once the parts have taken so many steps, it is time to try the whole. */
  tryAt = 64
}

/**
 * A partial document of which keys are asked for: only what they need is evaluated, as OPA does, so that what fails
 * under other keys is not met. Asked for key after key, the whole would be cheaper. It is then tried, for a few times
 * the steps that went into the parts: where it gets done and nothing fails, nobody can tell it from its parts.
 */
export function planParts(build: Build, whole: number, id: number, machine: Machine): Build {
  return (keys) => {
    const { results } = machine
    const all = results[whole]
    if (all !== undefined) return all as Value
    const known = (results[id] ??= new Parts()) as Parts
    const parts = (known.byCount[keys.length] ??= new Map<Key, Value>())
    const key = keyOf(keys.length === 1 ? (keys[0] as Value) : keys)
    const part = parts.get(key)
    if (part !== undefined) return part
    // What print says, everyone can tell.
    if (known.spent >= known.tryAt && machine.context.note === undefined) {
      const budget = known.spent * 4
      const tried = attempt(build, budget, machine)
      if (tried !== undefined) return (results[whole] = tried)
      known.tryAt = known.spent + budget
    }
    const before = machine.steps
    const built = build(keys)
    parts.set(key, built)
    known.spent += machine.steps - before
    return built
  }
}

/** Makes the whole in an environment of its own, which is taken over only if nothing failed. */
function attempt(build: Build, budget: number, machine: Machine): Value | undefined {
  const { builtinError } = machine
  const outer = machine.environment()
  machine.enter({ ...outer, results: outer.results.map((result) => (result instanceof Parts ? undefined : result)), calls: [] })
  machine.builtinError = undefined
  try {
    const whole = machine.within(budget, () => build([]))
    if (machine.builtinError !== undefined) return undefined
    machine.results.forEach((result, id) => {
      if (result !== undefined) outer.results[id] = result
    })
    return whole
  } catch (error) {
    if (RegoError.is(error) && (error.code === 'ERR_LIMIT_STEPS' || isEvaluationError(error.code))) return undefined
    throw error
  } finally {
    machine.enter(outer)
    machine.builtinError = builtinError
  }
}
