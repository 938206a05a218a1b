import type { Attestor } from '@cilock/core'
import { evidenceChecks } from './checks/evidence.ts'
import { hostileChecks } from './checks/hostile.ts'
import { identityChecks } from './checks/identity.ts'
import { readBackChecks } from './checks/read-back.ts'
import { runChecks } from './checks/run.ts'
import type { AttestorFixtures, ContractCheck } from './fixtures.ts'

/**
 * The contract of an attestor as a list of checks, for runners that {@link describeAttestor} does not know.
 *
 * @throws TypeError when there is no context in which the attestor finds something.
 */
export function attestorContract(attestor: Attestor | (() => Attestor), fixtures: AttestorFixtures): readonly ContractCheck[] {
  if (Object.keys(fixtures.attests).length === 0) throw new TypeError('expected at least one context among `attests`, found none')
  const subject = { make: typeof attestor === 'function' ? attestor : () => attestor, isFactory: typeof attestor === 'function', fixtures }
  return [...identityChecks(subject), ...runChecks(subject), ...evidenceChecks(subject), ...readBackChecks(subject), ...hostileChecks(subject)]
}
