import type { JsonValue } from '@cilock/core'
import { below, finding } from '../document/reader.ts'
import type { Finding } from '../document/reader.ts'
import { checkRules, sortedEntries } from '../document/rules.ts'
import { policyShape } from '../document/shape.ts'
import type { FunctionaryMembers, PolicyMembers } from '../document/members.ts'

/** What a verifier refuses in a document, and what no evidence could ever satisfy. */
export function documentFindings(document: JsonValue): readonly Finding[] {
  const findings: Finding[] = []
  const members = policyShape(document, '', findings)
  if (members === undefined) return findings
  return [...findings, ...checkRules(members), ...unsatisfiable(members)]
}

function unsatisfiable({ steps, externalAttestations, roots }: PolicyMembers): readonly Finding[] {
  if ((steps?.size ?? 0) + (externalAttestations?.size ?? 0) === 0) return [finding('policy-empty', '/steps', 'at least one step', 'none')]
  return [
    ...sortedEntries(steps).flatMap(([name, { functionaries, attestations }]) => [
      ...signers(below('/steps', name), functionaries, roots),
      ...((attestations ?? []).length > 0 ? [] : [finding('policy-value', below(below('/steps', name), 'attestations'), 'at least one attestation', 'none')]),
    ]),
    ...sortedEntries(externalAttestations).flatMap(([name, { functionaries }]) => signers(below('/externalAttestations', name), functionaries, roots)),
  ]
}

function signers(pointer: string, functionaries: readonly FunctionaryMembers[] = [], roots: PolicyMembers['roots']): readonly Finding[] {
  const at = below(pointer, 'functionaries')
  if (functionaries.length === 0) return [finding('policy-value', at, 'at least one functionary', 'none')]
  return functionaries.flatMap(({ certConstraint }, index) =>
    (certConstraint?.roots ?? []).flatMap((root, position) =>
      root === '*' || roots?.has(root) === true ? [] : [finding('policy-reference', below(below(below(below(at, index), 'certConstraint'), 'roots'), position), 'the name of a root', JSON.stringify(root))],
    ),
  )
}
