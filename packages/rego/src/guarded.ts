import { RegoError } from './errors.ts'

/** True for what is thrown where the stack ends: by V8 and JavaScriptCore a RangeError, by Firefox an InternalError. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && (error instanceof RangeError || error.name === 'InternalError') && /call stack|recursion/i.test(error.message)
}

/** For those who take any failure for an answer: an error that says how much a runtime holds is none. */
export function rethrowExhaustion(error: unknown): void {
  if (isStackOverflow(error) || (RegoError.is(error) && error.code.startsWith('ERR_LIMIT_'))) throw error
}

/** Turns what a runtime cannot do into a coded error: a backstop, as all that is known has its own limit. */
export function guarded<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (isStackOverflow(error)) throw new RegoError('ERR_LIMIT_DEPTH', 'the policy or its data is nested too deeply', undefined, { cause: error })
    if (!(error instanceof RangeError)) throw error
    throw new RegoError('ERR_LIMIT_RESULT_SIZE', `more than the runtime can hold: ${error.message}`, undefined, { cause: error })
  }
}
