import type { Builtin } from '@cilock/rego/all'

export type Context = Parameters<Builtin['call']>[0]
export type Value = Parameters<Builtin['call']>[1]

/** What the engine hands a built-in, with a count of the steps it took. */
export function testContext(options: { readonly now?: bigint; readonly steps?: number; readonly depth?: number } = {}): Context & { readonly spent: () => number } {
  const limit = options.steps ?? 10_000_000
  let spent = 0
  const fail = (what: string): never => {
    throw new RangeError(`over the limit: ${what}`)
  }
  return {
    spend: (steps) => {
      spent += steps
      if (spent > limit) fail('steps')
    },
    spent: () => spent,
    checkLength: (length) => (length > 10_000_000 ? fail('length') : undefined),
    checkSize: (size) => (size > 1_000_000 ? fail('size') : undefined),
    limits: { steps: limit, depth: options.depth ?? 200, resultSize: 1_000_000, stringLength: 10_000_000, regexSize: 10_000 },
    now: options.now,
    seed: undefined,
    evaluationCache: new Map(),
    programCache: new Map<string, unknown>(),
    note: undefined,
    signal: undefined,
  }
}

/** Calls a built-in of a list by its name. */
export function callBuiltin(builtins: readonly Builtin[], name: string, operands: readonly Value[], context: Context = testContext()): Value | undefined {
  const builtin = builtins.find((candidate) => candidate.name === name)
  if (builtin === undefined) throw new TypeError(`no built-in ${name}`)
  return builtin.call(context, ...operands)
}
