import type { Certificate } from '../certificate/certificate.ts'
import type { PathFailure, PathRefusal } from './path.ts'

/**
 * A failure from all refusals of a search: the one that came furthest first, the others as they came. A namesake that did
 * not sign is no step forward; an issuer that did and is refused for something else is.
 */
export function failureOf(refusals: readonly PathRefusal[]): PathFailure {
  const [first, ...rest] = refusals
  if (first === undefined) throw new TypeError('a search that failed has refusals')
  const nearest = rest.reduce((best, refusal) => (progress(refusal) > progress(best) ? refusal : best), first)
  return {
    code: nearest.code,
    message: nearest.message,
    nearest: chainOf(nearest),
    refusals: [nearest, ...refusals.filter((refusal) => refusal !== nearest)],
  }
}

/** The chain with the refused certificate, if it is the issuer of the last. */
function chainOf({ below, certificate, code }: PathRefusal): readonly Certificate[] {
  return certificate === undefined || below.includes(certificate) || unrelated.has(code) ? below : [...below, certificate]
}

const unrelated: ReadonlySet<string> = new Set(['ERR_PATH_SIGNATURE', 'ERR_PATH_LIMIT'])

function progress(refusal: PathRefusal): number {
  // what ended the search stands before everything that it might have found
  if (refusal.code === 'ERR_PATH_LIMIT') return Number.POSITIVE_INFINITY
  // a whole path that does not hold came further than one whose root was refused
  const whole = refusal.certificate !== undefined && refusal.below.includes(refusal.certificate)
  return 2 * chainOf(refusal).length + (whole ? 1 : 0)
}
