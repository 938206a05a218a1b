import type { Builtin } from '../builtins/builtin.ts'
import { coreBuiltins } from '../builtins/registry.ts'
import { RegoCompileError } from '../errors.ts'

/** Few policies need more than the core, and to load everything takes longer than all else that the command does. */
const lists: readonly (() => Promise<readonly Builtin[]>)[] = [
  () => Promise.resolve(coreBuiltins),
  async () => [...coreBuiltins, ...(await import('../further/index.ts')).furtherBuiltins],
  async () => (await import('../all/index.ts')).allBuiltins,
]

/**
 * Does what needs built-ins with as few as will do. What compiles with fewer means the same with more, as a call of an
 * unknown one never compiles; what does not compile with all of them is an error.
 */
export async function withBuiltins<T>(work: (builtins: readonly Builtin[]) => T): Promise<T> {
  let failure: unknown
  for (const list of lists) {
    const builtins = await list()
    try {
      return work(builtins)
    } catch (error) {
      if (!(error instanceof RegoCompileError)) throw error
      failure = error
    }
  }
  throw failure
}
