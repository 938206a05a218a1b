import { RegoError } from './errors.ts'

/** True for what is thrown where the stack ends: by V8 and JavaScriptCore a RangeError, by Firefox an InternalError. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && (error instanceof RangeError || error.name === 'InternalError') && /call stack|recursion/i.test(error.message)
}

/** For those who take any failure for an answer: that a limit was hit, or the stack ended, is none. */
export function rethrowExhaustion(error: unknown): void {
  if (isStackOverflow(error) || (RegoError.is(error) && error.code.startsWith('ERR_LIMIT_'))) throw error
}

/** What a runtime cannot do as a coded error, anything else as it is. */
export function coded(error: unknown): unknown {
  if (isStackOverflow(error)) return new RegoError('ERR_LIMIT_DEPTH', 'the policy or its data is nested too deeply', undefined, { cause: error })
  return error instanceof RangeError ? new RegoError('ERR_LIMIT_RESULT_SIZE', `more than the runtime can hold: ${error.message}`, undefined, { cause: error }) : error
}

/** A backstop around what callers from outside ask for, as all that is known has its own limit. */
export function guarded<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw coded(error)
  }
}
