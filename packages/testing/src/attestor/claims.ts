import { CilockError } from '@cilock/core'
import { AssertionError } from '../error.ts'

/** @throws AssertionError */
export function claim(holds: boolean, message: string, found: { readonly expected?: unknown; readonly actual?: unknown } = {}): void {
  if (!holds) throw new AssertionError(message, found)
}

/** @throws AssertionError when two texts differ. */
export function claimSame(actual: string, expected: string, message: string): void {
  claim(actual === expected, `${message}: expected ${excerpt(expected, actual)}, found ${excerpt(actual, expected)}`, { expected, actual })
}

/** The coded error that a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>, expected: string): Promise<CilockError> {
  const outcome = await promise.then(
    () => 'resolved' as const,
    (error: unknown) => ({ error }),
  )
  if (outcome === 'resolved') throw new AssertionError(`expected ${expected}, found a promise that resolves`)
  return coded(outcome.error, expected)
}

/** An error that has to be a coded one. */
export function coded(error: unknown, expected: string): CilockError {
  if (CilockError.is(error)) return error
  throw new AssertionError(`expected ${expected}, found an error without a code: ${String(error)}`, { cause: error })
}

/** The part around the first difference. */
function excerpt(text: string, other: string): string {
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  const start = Math.max(0, at - 40)
  return `${start > 0 ? '…' : ''}${text.slice(start, at + 80)}${text.length > at + 80 ? '…' : ''} (character ${at})`
}
