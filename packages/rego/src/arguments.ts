import type { EvaluateOptions, ModuleSource } from './program.ts'

/** The bounds that are given, the others as they stand. A bound that no number is above would be none, so it is refused. */
export function limitsOf<Name extends string>(defaults: Readonly<Record<Name, number>>, given: Readonly<Partial<Record<Name, number>>> | undefined): Readonly<Record<Name, number>> {
  const limits: Record<Name, number> = { ...defaults }
  for (const name in defaults) {
    const limit = given?.[name]
    if (limit === undefined) continue
    expected(limit === Infinity || (Number.isSafeInteger(limit) && limit > 0), `limits.${name} as a positive integer or Infinity`, limit)
    limits[name] = limit
  }
  return limits
}

export function checkSource({ name, source }: ModuleSource): void {
  expected(typeof name === 'string', 'the name of a module as a string', name)
  expected(typeof source === 'string' || source instanceof Uint8Array, `the source of ${JSON.stringify(name)} as a string or bytes`, source)
}

export function checkVersion(version: unknown): void {
  expected(version === 'v0' || version === 'v1', 'version as v0 or v1', version)
}

const kinds = [['guard', 'function'], ['note', 'function'], ['seed', 'string'], ['inputText', 'string']] as const

export function checkEvaluateOptions(options: EvaluateOptions): void {
  const { now, signal } = options
  expected(now === undefined || typeof now === 'bigint' || (now instanceof Date && !Number.isNaN(now.getTime())), 'now as a valid Date or a bigint', now)
  expected(signal === undefined || typeof signal?.throwIfAborted === 'function', 'signal as an AbortSignal', signal)
  for (const [name, kind] of kinds) expected(options[name] === undefined || typeof options[name] === kind, `${name} as a ${kind}`, options[name])
}

/** What was found is told by its kind where it may hold anything. */
function expected(holds: boolean, what: string, found: unknown): void {
  if (holds) return
  throw new TypeError(`expected ${what}, found ${typeof found === 'number' ? String(found) : found instanceof Date ? 'an invalid date' : found === null ? 'null' : typeof found}`)
}
