import { CilockError, collectionOf, isJsonObject, parseStatement, sameType } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import type { CandidateReport, Report } from '@cilock/policy'

/** The type of attestation that speaks of image ids, in CI/lock's form and in witness's. */
export const ociTypes = ['https://aflock.ai/attestations/oci/v0.1', 'https://witness.dev/attestations/oci/v0.1'] as const

/**
 * The image ids of oci attestations in accepted evidence: of the collections that name the subject, or of all where none of
 * those has such an attestation.
 */
export function attestedIds(report: Report, payloadOf: (digest: string) => Uint8Array | undefined): readonly string[] {
  const accepted = report.steps.flatMap(({ candidates }) => candidates.filter(({ verdict }) => verdict === 'passed').map(({ digest }) => digest))
  const bound = new Set(report.subjects.flatMap(({ boundBy }) => boundBy.map(({ candidate }) => candidate)))
  const ids = (digests: readonly string[]): readonly string[] => [...new Set(digests.flatMap((digest) => ociIn(payloadOf(digest)).flatMap(({ id }) => id ?? [])))].toSorted()
  const near = ids(accepted.filter((digest) => bound.has(digest)))
  return near.length > 0 ? near : ids(accepted)
}

/**
 * Of the same, those that a rule of the policy was asked about, step by step: of a step's collections that name the subject, or of
 * all that it accepts where none of those was asked. `null` for one that names no image by SHA-256: it attests no id.
 */
export function judgedIds(report: Report, payloadOf: (digest: string) => Uint8Array | undefined): readonly (string | null)[] {
  const bound = new Set(report.subjects.flatMap(({ boundBy }) => boundBy.map(({ candidate }) => candidate)))
  const ids = (candidates: readonly CandidateReport[]): readonly (string | null)[] =>
    candidates.flatMap(({ digest, checks }) => {
      const asked = new Set(checks.map(({ place }) => (place.document === 'statement' ? place.pointer : '')))
      return ociIn(payloadOf(digest)).flatMap(({ at, id }) => (asked.has(`/predicate/attestations/${at}/attestation`) ? [id ?? null] : []))
    })
  return report.steps.flatMap(({ candidates }) => {
    const accepted = candidates.filter(({ verdict }) => verdict === 'passed')
    const near = ids(accepted.filter(({ digest }) => bound.has(digest)))
    return near.length > 0 ? near : ids(accepted)
  })
}

interface OciAttestation {
  /** Its place in the collection. */
  readonly at: number
  readonly id: string | undefined
}

function ociIn(payload: Uint8Array | undefined): readonly OciAttestation[] {
  if (payload === undefined) return []
  try {
    return collectionOf(parseStatement(payload)).attestations.flatMap(({ type, attestation }, at) => (sameType(type, ociTypes[0]) ? [{ at, id: idOf(attestation) }] : []))
  } catch (error) {
    if (CilockError.is(error)) return []
    throw error
  }
}

function idOf(attestation: JsonValue): string | undefined {
  const imageid = isJsonObject(attestation) ? attestation['imageid'] : undefined
  const hex = isJsonObject(imageid) ? imageid['sha256'] : undefined
  return typeof hex === 'string' ? `sha256:${hex}` : undefined
}
