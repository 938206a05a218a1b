import { below } from '../../document/reader.ts'
import { sortedEntries } from '../../document/rules.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding } from '../finding.ts'
import type { LintRule } from '../context.ts'

/** What has to be there at all. */
export const contentRule: LintRule = ({ policy: { publickeys, roots, steps, externalAttestations } }) => [
  ...((steps?.size ?? 0) === 0 && (externalAttestations?.size ?? 0) > 0
    ? [lintFinding('no-steps', '/steps', 'the policy asks for external attestations alone; `cilock policy validate` and witness refuse such a policy', 'add a step where those tools have to read it')]
    : []),
  ...((publickeys?.size ?? 0) + (roots?.size ?? 0) === 0
    ? [lintFinding('no-trust', '', 'the policy has neither public keys nor roots, so nobody can sign evidence for it', 'add the public keys of those who may sign')]
    : []),
  ...sortedEntries(steps).flatMap(([name, { functionaries, attestations }]) => [
    ...noFunctionaries(below('/steps', name), `step ${JSON.stringify(name)}`, functionaries),
    ...((attestations ?? []).length > 0
      ? []
      : [
          lintFinding(
            'no-attestations',
            below(below('/steps', name), 'attestations'),
            `step ${JSON.stringify(name)} requires no attestation, and a step that requires nothing accepts nothing`,
            'name the attestation types that its collection must hold',
          ),
        ]),
  ]),
  ...sortedEntries(externalAttestations).flatMap(([name, { functionaries }]) =>
    noFunctionaries(below('/externalAttestations', name), `external attestation ${JSON.stringify(name)}`, functionaries),
  ),
]

function noFunctionaries(pointer: string, what: string, functionaries: readonly unknown[] | undefined): readonly LintFinding[] {
  if ((functionaries ?? []).length > 0) return []
  return [lintFinding('no-functionaries', below(pointer, 'functionaries'), `${what} has no functionary, so nothing can satisfy it`, 'name who may sign for it')]
}
