import { below } from '../document/reader.ts'
import { sortedEntries } from '../document/rules.ts'
import type { FunctionaryMembers, PolicyMembers, RegoPolicyMembers } from '../document/members.ts'

/** A functionary, and where it stands. */
export interface PlacedFunctionary {
  readonly functionary: FunctionaryMembers
  readonly pointer: string
}

/** Those of every step and every external attestation. */
export function functionariesOf({ steps, externalAttestations }: PolicyMembers): readonly PlacedFunctionary[] {
  const placed = (pointer: string, functionaries: readonly FunctionaryMembers[] = []): readonly PlacedFunctionary[] =>
    functionaries.map((functionary, index) => ({ functionary, pointer: below(below(pointer, 'functionaries'), index) }))
  return [
    ...sortedEntries(steps).flatMap(([name, { functionaries }]) => placed(below('/steps', name), functionaries)),
    ...sortedEntries(externalAttestations).flatMap(([name, { functionaries }]) => placed(below('/externalAttestations', name), functionaries)),
  ]
}

/** Rego that is held against one predicate. */
export interface PlacedModules {
  readonly modules: readonly RegoPolicyMembers[]
  /** Of the list. */
  readonly pointer: string
  /** Whether `input` is wrapped: `input.attestation`, `input.steps`, `input.external`. */
  readonly isWrapped: boolean
}

export function modulesOf({ steps, externalAttestations }: PolicyMembers): readonly PlacedModules[] {
  return [
    ...sortedEntries(steps).flatMap(([name, { attestations = [], attestationsFrom = [], externalFrom = [] }]) =>
      attestations.map(({ regopolicies = [] }, index) => ({
        modules: regopolicies,
        pointer: below(below(below(below('/steps', name), 'attestations'), index), 'regopolicies'),
        isWrapped: attestationsFrom.length + externalFrom.length > 0,
      })),
    ),
    ...sortedEntries(externalAttestations).map(([name, { regopolicies = [] }]) => ({
      modules: regopolicies,
      pointer: below(below('/externalAttestations', name), 'regopolicies'),
      isWrapped: false,
    })),
  ]
}
