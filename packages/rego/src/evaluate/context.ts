import { limitError, type BuiltinContext, type BuiltinLimits, type ProgramCache } from '../builtins/builtin.ts'
import type { Machine } from './machine.ts'

/** What the caller of an evaluation hands to built-ins. */
export interface ContextOptions {
  readonly now?: Date | bigint
  readonly seed?: string
  readonly note?: (text: string) => void
  readonly signal?: AbortSignal
}

/** The context that a program hands to built-ins: made once, and filled anew for each evaluation. */
export class EvaluationContext implements BuiltinContext {
  readonly programCache: ProgramCache
  readonly spend: (steps: number) => void
  readonly checkLength: (length: number) => void
  readonly checkSize: (size: number) => void
  limits: BuiltinLimits
  private options: ContextOptions = {}
  private cache: Map<string, unknown> | undefined

  constructor(machine: Machine, limits: BuiltinLimits, programCache: ProgramCache) {
    this.limits = limits
    this.programCache = programCache
    this.spend = (steps) => machine.spend(steps)
    this.checkLength = (length) => {
      const { stringLength } = this.limits
      if (length > stringLength) throw limitError('ERR_LIMIT_STRING_LENGTH', `a string has more than ${stringLength} characters`)
    }
    this.checkSize = (size) => {
      const { resultSize } = this.limits
      if (size > resultSize) throw limitError('ERR_LIMIT_RESULT_SIZE', `a collection has more than ${resultSize} members`)
    }
  }

  begin(options: ContextOptions, limits: BuiltinLimits): this {
    this.options = options
    this.limits = limits
    this.cache = undefined
    return this
  }

  get now(): bigint | undefined {
    const { now } = this.options
    return now instanceof Date ? BigInt(now.getTime()) * 1_000_000n : now
  }

  get seed(): string | undefined {
    return this.options.seed
  }

  get note(): ((text: string) => void) | undefined {
    return this.options.note
  }

  get signal(): AbortSignal | undefined {
    return this.options.signal
  }

  get evaluationCache(): Map<string, unknown> {
    return (this.cache ??= new Map())
  }
}
