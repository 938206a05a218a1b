import type { Verdict } from './oracle.ts'

/** A disagreement that is understood. */
export interface KnownDifference {
  readonly name: string
  readonly reason: string
  readonly matches: (opa: Verdict, here: Verdict) => boolean
}

/** Everything in which this engine differs from OPA on generated programs. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'negative zero',
    reason: 'OPA prints -0 for a product of zero and a negative number; here it is 0, which is equal',
    matches: (opa, here) => opa.kind === 'value' && here.kind === 'value' && opa.json.replace(/-0(?![.\d])/g, '0').replace(/\s+/g, '') === here.json.replace(/\s+/g, ''),
  },
]
