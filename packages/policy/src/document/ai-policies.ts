import { below } from './reader.ts'
import { sortedEntries } from './rules.ts'
import type { AiPolicyMembers, PolicyMembers } from './members.ts'

/** Questions to a language model, wherever they stand. */
export function aiPolicies({ steps, externalAttestations }: PolicyMembers): readonly string[] {
  return [
    ...sortedEntries(steps).flatMap(([name, { attestations = [] }]) =>
      attestations.flatMap(({ aipolicies }, index) => pointerOf(aipolicies, below(below(below('/steps', name), 'attestations'), index))),
    ),
    ...sortedEntries(externalAttestations).flatMap(([name, { aipolicies }]) => pointerOf(aipolicies, below('/externalAttestations', name))),
  ]
}

function pointerOf(aipolicies: readonly AiPolicyMembers[] | undefined, pointer: string): readonly string[] {
  return (aipolicies ?? []).length > 0 ? [below(pointer, 'aipolicies')] : []
}
