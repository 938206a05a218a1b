import { product } from '@cilock/attestor-files'
import { oci } from '@cilock/attestor-oci'
import { ociType } from '@cilock/attestor-oci/type'
import { attest, parseStatement, readCollection } from '@cilock/core'
import type { Envelope, RunContext } from '@cilock/core'

/** The id of the image that a build's evidence speaks about. */
export function imageIdOf(build: Envelope): string {
  const { attestations } = readCollection(parseStatement(build.payload), [ociType])
  const subjects = attestations.flatMap(({ evidence }) => Object.keys(evidence?.subjects ?? {}))
  return `sha256:${subjects.find((name) => name.startsWith('imageid:'))?.slice('imageid:'.length) ?? ''}`
}

/** The id of the image in a folder, which nobody has to vouch for: it is only asked after. */
export async function imageIdIn(folder: string, context: RunContext): Promise<string> {
  const { envelope } = await attest({ ...context, workingDir: folder, step: 'look', attestors: [product(), oci()], signers: [], allowUnsigned: true })
  return imageIdOf(envelope)
}
