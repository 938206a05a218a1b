import { CilockError, collectionOf, isJsonObject, parseStatement, sameType } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import type { Report } from '@cilock/policy'

/** The type of attestation that speaks of image ids, in CI/lock's form and in witness's. */
export const ociTypes = ['https://aflock.ai/attestations/oci/v0.1', 'https://witness.dev/attestations/oci/v0.1'] as const

/**
 * The image ids of oci attestations in accepted evidence: of the collections that name the subject, or of all where none of
 * those has such an attestation.
 */
export function attestedIds(report: Report, payloadOf: (digest: string) => Uint8Array | undefined): readonly string[] {
  const accepted = report.steps.flatMap(({ candidates }) => candidates.filter(({ verdict }) => verdict === 'passed').map(({ digest }) => digest))
  const bound = new Set(report.subjects.flatMap(({ boundBy }) => boundBy.map(({ candidate }) => candidate)))
  const ids = (digests: readonly string[]): readonly string[] => [...new Set(digests.flatMap((digest) => idsIn(payloadOf(digest))))].toSorted()
  const near = ids(accepted.filter((digest) => bound.has(digest)))
  return near.length > 0 ? near : ids(accepted)
}

function idsIn(payload: Uint8Array | undefined): readonly string[] {
  if (payload === undefined) return []
  try {
    return collectionOf(parseStatement(payload)).attestations.flatMap(({ type, attestation }) => (sameType(type, ociTypes[0]) ? idOf(attestation) : []))
  } catch (error) {
    if (CilockError.is(error)) return []
    throw error
  }
}

function idOf(attestation: JsonValue): readonly string[] {
  const imageid = isJsonObject(attestation) ? attestation['imageid'] : undefined
  const hex = isJsonObject(imageid) ? imageid['sha256'] : undefined
  return typeof hex === 'string' ? [`sha256:${hex}`] : []
}
