import { isEvaluationError, RegoError } from '../errors.ts'
import { equal } from '../value/equal.ts'
import type { Value } from '../value/value.ts'
import type { Machine } from './machine.ts'

/** What failed in the rest of a rule set, once it had its value. */
interface Late {
  readonly builtinError: RegoError | undefined
  readonly error: RegoError | undefined
}

/** A rule set that is being evaluated. */
interface Watched {
  value: Value | undefined
  /** A built-in had failed before there was a value: none that fails later is the first one. */
  hadFailed: boolean
}

/**
 * Which of several errors is the first one? OPA goes on with a complete rule's first value to whatever needs it, and
 * looks at the rest of the rules, and whether their values are the same, when it comes back. Here all rules run first.
 * What fails in the rest of them is therefore put aside, until the literal that asked is done with all that follows it.
 *
 * This is only used once it is known that an evaluation fails, to tell with which error.
 */
export class LateErrors {
  private readonly machine: Machine
  private readonly watched: Watched[] = []
  private waiting: Late[] = []

  constructor(machine: Machine) {
    this.machine = machine
  }

  /** Evaluates a rule set, of which {@link found} tells the values. */
  watch(compute: () => Value | undefined): Value | undefined {
    const { machine } = this
    const own: Watched = { value: undefined, hadFailed: false }
    this.watched.push(own)
    let error: RegoError | undefined
    let result: Value | undefined
    try {
      result = compute()
    } catch (thrown) {
      if (own.value === undefined || !RegoError.is(thrown) || !isEvaluationError(thrown.code)) throw thrown
      error = thrown
      result = own.value
    } finally {
      this.watched.pop()
    }
    if (own.value === undefined) return result
    const builtinError = own.hadFailed ? undefined : machine.builtinError
    if (builtinError !== undefined) machine.builtinError = undefined
    if (builtinError !== undefined || error !== undefined) this.waiting.push({ builtinError, error })
    return result
  }

  /** A rule of the innermost rule set has a value: the first one is what counts, another one is a conflict. */
  found(value: Value, conflict: () => RegoError): void {
    const own = this.watched.at(-1)
    if (own === undefined) return
    if (own.value === undefined) {
      own.value = value
      own.hadFailed = this.machine.builtinError !== undefined
    } else if (!equal(own.value, value)) throw conflict()
  }

  /** Takes what is put aside so far; {@link settle} lets it happen. */
  take(): readonly Late[] {
    const { waiting } = this
    this.waiting = []
    return waiting
  }

  settle(late: readonly Late[] = this.take()): void {
    for (const { builtinError, error } of late.toReversed()) {
      this.machine.builtinError ??= builtinError
      if (error !== undefined) throw error
    }
  }
}
