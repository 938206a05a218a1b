import { sameType, typeForms } from '@cilock/core'
import { below } from '../../document/reader.ts'
import { sortedEntries } from '../../document/rules.ts'
import type { AiPolicyMembers, AttestationMembers } from '../../document/members.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding } from '../finding.ts'
import type { LintContext, LintRule } from '../context.ts'
import { nearest } from '../edit-distance.ts'

/** What steps and external attestations require. */
export const attestationsRule: LintRule = (context) => [
  ...sortedEntries(context.policy.steps).flatMap(([name, { attestations = [] }]) => ofStep(attestations, below(below('/steps', name), 'attestations'), context)),
  ...sortedEntries(context.policy.externalAttestations).flatMap(([name, { aipolicies }]) => ai(aipolicies, below('/externalAttestations', name))),
]

function ofStep(attestations: readonly AttestationMembers[], pointer: string, context: LintContext): readonly LintFinding[] {
  return attestations.flatMap(({ type = '', aipolicies }, index) => {
    const at = below(pointer, index)
    const earlier = attestations.slice(0, index).some((other) => type !== '' && sameType(other.type ?? '', type))
    return [
      ...(type === '' ? [lintFinding('attestation-type-missing', below(at, 'type'), 'an attestation without a type is found in no collection', 'name its type')] : unknownType(type, below(at, 'type'), context)),
      ...(earlier
        ? [lintFinding('attestation-repeated', below(at, 'type'), `${type} is required twice in the step; one attestation satisfies both`, 'put the rules of both into one')]
        : []),
      ...ai(aipolicies, at),
    ]
  })
}

function unknownType(type: string, pointer: string, { types }: LintContext): readonly LintFinding[] {
  if (types === undefined) return []
  const known = types.flatMap((each) => [each.predicateType, ...(each.aliases ?? [])].flatMap((uri) => typeForms(uri)))
  if (known.includes(type)) return []
  const meant = nearest(type, known)
  return [
    lintFinding(
      'attestation-type-unknown',
      pointer,
      `no attestor known here makes ${type}`,
      meant === undefined ? 'check the type against what the attestor writes' : `it may be ${meant}`,
      meant === undefined ? {} : { edits: [{ op: 'replace', path: pointer, value: meant }] },
    ),
  ]
}

function ai(aipolicies: readonly AiPolicyMembers[] | undefined, pointer: string): readonly LintFinding[] {
  if ((aipolicies ?? []).length === 0) return []
  const at = below(pointer, 'aipolicies')
  return [lintFinding('ai-policy', at, 'a question to a language model decides nothing here: such a policy is refused', 'write the rule in Rego', { edits: [{ op: 'remove', path: at }] })]
}
