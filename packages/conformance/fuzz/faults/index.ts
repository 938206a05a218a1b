import { Random } from '../../../rego/fuzz/random.ts'
import type { Draft } from '../draft.ts'
import type { FaultPlan } from '../plan.ts'
import { artifactFaults, harmlessFaults as harmless, signatureFaults, statementFaults, worldFaults } from './evidence.ts'
import type { Faults } from './fault.ts'
import { policyFaults, policySignatureFaults } from './policy.ts'

const wrong: Faults = { ...policyFaults, ...policySignatureFaults, ...signatureFaults, ...statementFaults, ...artifactFaults, ...worldFaults }
const all: Faults = { ...wrong, ...harmless }

/** Everything that is tried, one after the other. */
export const faultNames: readonly string[] = Object.keys(wrong)

/** What has to make no difference. */
export const harmlessFaults: readonly string[] = Object.keys(harmless)

/** Puts a fault into a world; false where the world has nothing for it. */
export function inject(draft: Draft, { name, seed }: FaultPlan): boolean {
  const fault = all[name]
  if (fault === undefined) throw new TypeError(`no fault ${name}`)
  return fault(draft, new Random(seed))
}
