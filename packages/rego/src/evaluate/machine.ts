import type { Builtin, BuiltinContext, BuiltinLimits, ProgramCache } from '../builtins/builtin.ts'
import { RegoError } from '../errors.ts'
import type { Value } from '../value/value.ts'
import type { LateErrors } from './late-errors.ts'

/** What a function is replaced by under `with`. */
export type Mock =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'builtin'; readonly builtin: Builtin }
  | { readonly kind: 'function'; readonly call: (args: readonly Value[]) => Value | undefined }

/** Marks a complete rule that was evaluated and has no value. */
export const undefinedResult: unique symbol = Symbol('undefined')

/** What `with` can change. Rules see it through the machine. */
export interface Environment {
  readonly input: Value | undefined
  readonly data: Value
  /** Nodes of the rule tree whose rules are replaced by base documents. */
  readonly hidden: ReadonlySet<unknown> | undefined
  readonly mocks: ReadonlyMap<string, Mock> | undefined
  /** Results of rules by the number of their rule set. */
  readonly results: unknown[]
  /** Results of functions by the number of their rule set. */
  readonly calls: (Map<unknown, unknown> | undefined)[]
}

/** Called every few thousand steps; throws to end the evaluation. */
export type Guard = () => void

const guardInterval = 4096

/**
 * The state of one evaluation. A program has one machine that its closures share: an evaluation is synchronous, and
 * one that starts inside another saves and restores it.
 */
export class Machine {
  input: Value | undefined = undefined
  data: Value = {}
  hidden: ReadonlySet<unknown> | undefined = undefined
  mocks: ReadonlyMap<string, Mock> | undefined = undefined
  results: unknown[] = []
  calls: (Map<unknown, unknown> | undefined)[] = []
  /** The first failure of a built-in. */
  builtinError: RegoError | undefined = undefined
  steps = 0
  resultSize: number = Number.MAX_SAFE_INTEGER
  private nextGuard = 0
  private maxSteps = 0
  private guard: Guard | undefined = undefined
  context: BuiltinContext = idleContext

  /** Puts errors into OPA's order; undefined as long as there is none. */
  late: LateErrors | undefined = undefined

  /** True while an evaluation runs. */
  isRunning = false

  begin(environment: Environment, maxSteps: number, guard: Guard | undefined, context: BuiltinContext): void {
    this.isRunning = true
    this.enter(environment)
    this.builtinError = undefined
    this.steps = 0
    this.maxSteps = maxSteps
    this.guard = guard
    this.nextGuard = guard === undefined ? maxSteps : Math.min(maxSteps, guardInterval)
    this.context = context
    this.resultSize = context.limits.resultSize
  }

  /** All there is to come back to, for an evaluation inside another. */
  save(): Partial<Machine> {
    return Object.assign({}, this)
  }

  /** Lets go of the input and of all results. */
  end(): void {
    this.isRunning = false
    this.enter({ input: undefined, data: noData, hidden: undefined, mocks: undefined, results: [], calls: [] })
    this.builtinError = undefined
    this.guard = undefined
    this.context = idleContext
  }

  restore(saved: Partial<Machine>): void {
    Object.assign(this, saved)
  }

  environment(): Environment {
    const { input, data, hidden, mocks, results, calls } = this
    return { input, data, hidden, mocks, results, calls }
  }

  enter(environment: Environment): void {
    this.input = environment.input
    this.data = environment.data
    this.hidden = environment.hidden
    this.mocks = environment.mocks
    this.results = environment.results
    this.calls = environment.calls
  }

  /** Counts one step of the evaluation. */
  step(): void {
    if (++this.steps > this.nextGuard) this.check()
  }

  spend(count: number): void {
    this.steps += count
    if (this.steps > this.nextGuard) this.check()
  }

  /** Runs something that may take so many steps and no more. */
  within<T>(budget: number, run: () => T): T {
    const { maxSteps } = this
    this.maxSteps = Math.min(maxSteps, this.steps + budget)
    this.nextGuard = Math.min(this.nextGuard, this.maxSteps)
    try {
      return run()
    } finally {
      this.maxSteps = maxSteps
    }
  }

  /** Fails where a collection has grown over the limit. */
  checkSize(size: number): void {
    if (size > this.resultSize) throw new RegoError('ERR_LIMIT_RESULT_SIZE', `a collection has more than ${this.resultSize} members`)
  }

  private check(): void {
    if (this.steps > this.maxSteps) throw new RegoError('ERR_LIMIT_STEPS', `evaluation took more than ${this.maxSteps} steps`)
    this.guard?.()
    this.nextGuard = Math.min(this.maxSteps, this.steps + guardInterval)
  }
}

const noData: Value = {}

const idleLimits: BuiltinLimits = { steps: 0, depth: 0, resultSize: 0, stringLength: 0, regexSize: 0 }
const idleCache: ProgramCache = { get: () => undefined, set: () => undefined }

const idleContext: BuiltinContext = {
  spend: () => undefined,
  checkLength: () => undefined,
  checkSize: () => undefined,
  limits: idleLimits,
  now: undefined,
  seed: undefined,
  evaluationCache: new Map(),
  programCache: idleCache,
  note: undefined,
  signal: undefined,
}
