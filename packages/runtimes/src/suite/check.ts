import { CilockError } from '@cilock/core'
import type { KeyKind } from '@cilock/core'

/** What not every platform has. */
export type Capability = KeyKind | 'des-ede3-cbc'

/** One thing that has to come out the same on every runtime. */
export interface Check {
  readonly name: string
  /** Where the platform has not all of it, the check has to be refused with `ERR_KEY_UNSUPPORTED`. */
  readonly needs?: readonly Capability[]
  /** What came out. Throws when something is wrong by itself. */
  readonly run: () => Promise<string> | string
}

/** `unavailable`: refused with `ERR_KEY_UNSUPPORTED` by a check that needs something. */
export type Outcome = { readonly name: string; readonly needs: readonly Capability[] } & (
  | { readonly state: 'result'; readonly value: string }
  | { readonly state: 'unavailable' }
  | { readonly state: 'failed'; readonly message: string }
)

/** A check found something wrong. */
export class CheckError extends Error {
  override readonly name: string = 'CheckError'
}

/** Runs checks one after the other. */
export async function runChecks(checks: readonly Check[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { name, needs = [], run } of checks) {
    try {
      outcomes.push({ name, needs, state: 'result', value: await run() })
    } catch (error) {
      if (needs.length > 0 && CilockError.is(error) && error.code === 'ERR_KEY_UNSUPPORTED') outcomes.push({ name, needs, state: 'unavailable' })
      else outcomes.push({ name, needs, state: 'failed', message: messageOf(error) })
    }
  }
  return outcomes
}

function messageOf(error: unknown): string {
  if (CilockError.is(error)) return `${error.code} ${error.message}`
  if (error instanceof CheckError) return error.message
  // something broke, and not by our judgement: where matters
  return error instanceof Error ? `${String(error)} ${error.stack ?? ''}` : String(error)
}

/** The code with which something is refused. Throws when it isn't, or not by us. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code
    throw error
  }
  throw new CheckError('expected a refusal, found none')
}

/** Throws unless the two are the same text. */
export function same(what: string, found: string, expected: string): void {
  if (found !== expected) throw new CheckError(`${what}: expected ${expected}, found ${found}`)
}
