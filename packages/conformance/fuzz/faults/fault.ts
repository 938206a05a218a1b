import type { Random } from '../../../rego/fuzz/random.ts'
import { collectionIn } from '../draft.ts'
import type { AttestationDraft, CollectionDraft, Draft, EvidenceDraft, FunctionaryDraft, StepDraft } from '../draft.ts'

/** Changes a world; false where the world has nothing that it could change. */
export type Fault = (draft: Draft, random: Random) => boolean

/** Faults by their names. */
export type Faults = Readonly<Record<string, Fault>>

/** A fault of whatever a chooser finds; where it finds nothing the fault changes nothing. */
export function of<T>(choose: (draft: Draft) => readonly T[], change: (chosen: T, draft: Draft, random: Random) => unknown): Fault {
  return (draft, random) => {
    const all = choose(draft)
    if (all.length === 0) return false
    return change(random.pick(all), draft, random) !== false
  }
}

/** A fault that any world can have. */
export function always(change: (draft: Draft, random: Random) => unknown): Fault {
  return (draft, random) => change(draft, random) !== false
}

/** Steps that an earlier fault has left to be changed: it may have put anything in their place. */
export function steps({ policy }: Draft): readonly StepDraft[] {
  return Object.values<unknown>(policy.steps ?? {}).filter((step): step is StepDraft => isObject(step) && Array.isArray(step['functionaries']) && Array.isArray(step['attestations']))
}

export function functionaries(draft: Draft): readonly FunctionaryDraft[] {
  return steps(draft).flatMap((step) => step.functionaries)
}

/** Constraints on the certificates of functionaries. */
export function constraints(draft: Draft): readonly Record<string, unknown>[] {
  return functionaries(draft).flatMap(({ certConstraint }) => (certConstraint === undefined ? [] : [certConstraint]))
}

export function attestations(draft: Draft): readonly AttestationDraft[] {
  return steps(draft).flatMap((step) => step.attestations)
}

/** Modules of steps and of external attestations. */
export function modules(draft: Draft): readonly { name: string; module: string }[] {
  return [...attestations(draft), ...Object.values(draft.policy.externalAttestations ?? {})].flatMap(({ regopolicies = [] }) => regopolicies)
}

/** Attestations, or external ones, that have rules. */
export function ruled(draft: Draft): readonly { regopolicies?: { name: string; module: string }[] }[] {
  return [...attestations(draft), ...Object.values(draft.policy.externalAttestations ?? {})].filter(({ regopolicies = [] }) => regopolicies.length > 0)
}

export function evidence(draft: Draft): readonly EvidenceDraft[] {
  return draft.evidence
}

/** Collections, with what they are signed as. */
export function collections(draft: Draft): readonly { readonly evidence: EvidenceDraft; readonly collection: CollectionDraft }[] {
  return draft.evidence.flatMap((each) => {
    const collection = collectionIn(each.statement)
    return collection === undefined ? [] : [{ evidence: each, collection }]
  })
}

export type Entry = CollectionDraft['attestations'][number]

/** The entries of collections, by the name of their type. */
export function entries(name?: 'material' | 'product' | 'command-run'): (draft: Draft) => readonly Entry[] {
  return (draft) => collections(draft).flatMap(({ collection }) => collection.attestations.filter(({ type, attestation }) => isObject(attestation) && (name === undefined || type.includes(`/${name}/`))))
}

/** Trees of files, with their leaves. */
export function trees(name: 'material' | 'product', least = 1): (draft: Draft) => readonly { readonly tree: Record<string, unknown>; readonly leaves: Leaf[] }[] {
  return (draft) =>
    entries(name)(draft).flatMap(({ attestation: tree }) => {
      const { leaves } = tree
      return Array.isArray(leaves) && leaves.length >= least ? [{ tree, leaves: leaves as Leaf[] }] : []
    })
}

export interface Leaf {
  path: string
  fileDigest: string
  leafHash: string
}

/** Signed by a certificate. */
export function certified(draft: Draft): readonly EvidenceDraft[] {
  return draft.evidence.filter(({ signers }) => signers.some((signer) => Object.values(draft.people.certified).includes(signer)))
}

/** Its last digit is another. */
export function otherDigest(digest: string): string {
  return digest.slice(0, -1) + (digest.endsWith('0') ? '1' : '0')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
