import { ociType } from '@cilock/attestor-oci/type'
import { parseStatement, readCollection } from '@cilock/core'
import type { Envelope } from '@cilock/core'

/** The id of the image that a build's evidence speaks about. */
export function imageIdOf(build: Envelope): string {
  const { attestations } = readCollection(parseStatement(build.payload), [ociType])
  const subjects = attestations.flatMap(({ evidence }) => Object.keys(evidence?.subjects ?? {}))
  return `sha256:${subjects.find((name) => name.startsWith('imageid:'))?.slice('imageid:'.length) ?? ''}`
}
