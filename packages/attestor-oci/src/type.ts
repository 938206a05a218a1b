import { CilockError, decodeBase64, sha256Hex } from '@cilock/core'
import type { PredicateType } from '@cilock/core'
import { ociSchema } from './predicate.ts'
import type { OciPredicate } from './predicate.ts'
import { ociBackRefs, ociSubjects } from './subjects.ts'

export type { OciManifest, OciPredicate } from './predicate.ts'

/**
 * Reads `https://aflock.ai/attestations/oci/v0.1` and its witness form: the image in a `docker save` archive.
 *
 * @throws CilockError `ERR_MALFORMED` when the predicate has another shape, `ERR_EVIDENCE_INVALID` when `manifestdigest`
 * is not that of `manifestraw`.
 */
export const ociType: PredicateType<OciPredicate> = {
  name: 'oci',
  predicateType: 'https://aflock.ai/attestations/oci/v0.1',
  aliases: ['https://witness.dev/attestations/oci/v0.1'],
  schemaOf: () => ociSchema,
  read(value) {
    const predicate = ociSchema.read(value)
    checkManifestDigest(predicate)
    return { predicate, subjects: ociSubjects(predicate), backRefs: ociBackRefs(predicate) }
  },
}

function checkManifestDigest({ manifestraw, manifestdigest }: OciPredicate): void {
  const said = manifestdigest['sha256']
  if (said === undefined) return
  const found = sha256Hex(decodeBase64(manifestraw ?? ''))
  if (found !== said) throw new CilockError('ERR_EVIDENCE_INVALID', `expected manifestraw of the sha256 ${said.slice(0, 80)}, found ${found}`)
}
