import { isJsonObject, sameType } from '@cilock/core'
import type { JsonValue, Statement } from '@cilock/core'
import type { CandidateReport, Report } from '@cilock/policy'

/** The type of attestation that speaks of image ids, in CI/lock's form and in witness's. */
export const ociTypes = ['https://aflock.ai/attestations/oci/v0.1', 'https://witness.dev/attestations/oci/v0.1'] as const

/**
 * The image ids of oci attestations in accepted evidence: of the collections that name the subject, or of all where none of
 * those has such an attestation. Where nothing is accepted: of what its rules alone turn down.
 */
export function attestedIds(report: Report, imageIdsOf: (payload: string) => readonly string[]): readonly string[] {
  const accepted = report.steps.flatMap(({ candidates }) => candidates.filter(({ verdict }) => verdict === 'passed').map(({ digest }) => digest))
  const bound = new Set(report.subjects.flatMap(({ boundBy }) => boundBy.map(({ candidate }) => candidate)))
  const ids = (digests: readonly string[]): readonly string[] => [...new Set(digests.flatMap(imageIdsOf))].toSorted()
  const near = ids(accepted.filter((digest) => bound.has(digest)))
  if (near.length > 0) return near
  return ids(accepted.length > 0 ? accepted : report.steps.flatMap(({ candidates }) => candidates.filter(isDeniedByRules).map(({ digest }) => digest)))
}

function isDeniedByRules({ checks }: CandidateReport): boolean {
  const failed = checks.filter(({ state }) => state === 'failed')
  return failed.length > 0 && failed.every(({ code }) => code === 'rego')
}

/** The image ids of the oci attestations in a collection. */
export function imageIdsIn({ predicate }: Pick<Statement, 'predicate'>): readonly string[] {
  const attestations = isJsonObject(predicate) ? predicate['attestations'] : undefined
  if (!Array.isArray(attestations)) return []
  return (attestations as readonly JsonValue[]).flatMap((each) => {
    if (!isJsonObject(each) || typeof each['type'] !== 'string' || !sameType(each['type'], ociTypes[0])) return []
    return imageIdOf(each['attestation'] ?? null) ?? []
  })
}

/** The image id that an oci attestation speaks of. Undefined where it has none by SHA-256. */
export function imageIdOf(attestation: JsonValue): string | undefined {
  const imageid = isJsonObject(attestation) ? attestation['imageid'] : undefined
  const hex = isJsonObject(imageid) ? imageid['sha256'] : undefined
  return typeof hex === 'string' ? `sha256:${hex}` : undefined
}
