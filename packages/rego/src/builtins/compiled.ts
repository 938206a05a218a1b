import type { BuiltinContext } from './builtin.ts'

/** As many as the program keeps. */
const room = 1000

/**
 * What a pattern compiles to: kept for the life of the program, and paid for once in each evaluation, so that its steps
 * do not depend on what ran before.
 */
export function compiledOnce<T>(context: BuiltinContext, kind: string, pattern: string, compile: () => T): T {
  const { evaluationCache, programCache } = context
  let seen = evaluationCache.get(kind) as Map<string, T> | undefined
  if (seen === undefined) evaluationCache.set(kind, (seen = new Map()))
  const known = seen.get(pattern)
  if (known !== undefined) return known
  context.spend(pattern.length)
  const key = `${kind}:${pattern}`
  let made = programCache.get(key) as T | undefined
  if (made === undefined) programCache.set(key, (made = compile()))
  if (seen.size >= room) seen.clear()
  seen.set(pattern, made)
  return made
}
