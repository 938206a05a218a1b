import type { HttpClientOptions, RetryOptions } from './options.ts'
import { wait as platformWait } from './wait.ts'

export const retryDefaults: Required<RetryOptions> = { attempts: 4, firstPause: 200, maxPause: 20_000 }

/** The pause before another attempt, or undefined where the server asks for a longer one than is waited for. */
export function pauseBefore(attempt: number, { firstPause, maxPause }: Required<RetryOptions>, random: () => number, retryAfter?: string | null): number | undefined {
  const asked = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : undefined
  if (asked !== undefined) return asked <= maxPause ? asked : undefined
  const full = Math.min(maxPause, firstPause * 2 ** (attempt - 1))
  // half fixed, half random: many clients that failed together do not come back together
  return Math.round(full / 2 + (full / 2) * random())
}

/** By what rules is waited, and until when. */
export interface PauseOptions extends Pick<HttpClientOptions, 'retry' | 'wait' | 'random'> {
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Waits before another attempt, as requests that are tried again do, for what takes several of them. False: there is no
 * other attempt, or the signal ended.
 *
 * @param attempt how many there were, from 1
 */
export async function pause(attempt: number, { retry, wait = platformWait, random = Math.random, signal }: PauseOptions): Promise<boolean> {
  const rules = { ...retryDefaults, ...retry }
  if (attempt >= rules.attempts || signal?.aborted === true) return false
  await wait(pauseBefore(attempt, rules, random) ?? 0, signal)
  return !isAborted(signal)
}

/** It may have changed while something was waited for. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}
