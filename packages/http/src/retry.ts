import type { RetryOptions } from './options.ts'

export const retryDefaults: Required<RetryOptions> = { attempts: 4, firstPause: 200, maxPause: 20_000 }

/** The pause before another attempt, or undefined where the server asks for a longer one than is waited for. */
export function pauseBefore(attempt: number, { firstPause, maxPause }: Required<RetryOptions>, random: () => number, retryAfter?: string | null): number | undefined {
  const asked = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : undefined
  if (asked !== undefined) return asked <= maxPause ? asked : undefined
  const full = Math.min(maxPause, firstPause * 2 ** (attempt - 1))
  // half fixed, half random: many clients that failed together do not come back together
  return Math.round(full / 2 + (full / 2) * random())
}
