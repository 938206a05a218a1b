import { compile, parseJson, RegoCompileError, RegoError, toJson } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import type { Verdict } from './oracle.ts'
import type { Case } from './program.ts'

/** What this engine says of a case. */
export function judgeHere({ source, input, dialect }: Case): Verdict {
  try {
    const program = compile([{ name: 'fuzz.rego', source }], { version: dialect === 'v1' ? 'v1' : 'v0', capabilities: { builtins: allBuiltins } })
    const value = program.evaluate('data.fuzz', { inputText: input, strictBuiltinErrors: true, now: new Date() })
    return value === undefined ? { kind: 'undefined' } : { kind: 'value', json: toJson(value) }
  } catch (error) {
    if (error instanceof RegoCompileError) {
      const errors = error.diagnostics.map(({ code, message, location }) => ({ code, message, row: location?.row ?? 0, col: location?.col ?? 0 }))
      return { kind: 'errors', stage: 'compile', errors }
    }
    if (!RegoError.is(error)) throw error
    const { code, message, location } = error
    return { kind: 'errors', stage: 'evaluate', errors: [{ code, message, row: location?.row ?? 0, col: location?.col ?? 0 }] }
  }
}

/** JSON whose numbers keep their spelling and whose keys are sorted. */
export function canonical(json: string): string {
  return toJson(parseJson(json))
}
