import { checkDigestSet } from '../digest/digest-set.ts'
import type { Evidence } from '../evidence/evidence.ts'

/**
 * Looks at the digests of new evidence before anything is signed: one of an algorithm that Go does not read would make
 * the whole collection unreadable there.
 *
 * @throws CilockError `ERR_DIGEST_INVALID` with the place.
 */
export function checkEvidence({ subjects = {}, backRefs = {}, materials = {}, products = {} }: Evidence): void {
  const parts = { subjects, backRefs, materials }
  for (const [part, artifacts] of Object.entries(parts)) {
    for (const [name, digest] of Object.entries(artifacts)) checkDigestSet(digest, `/${part}/${name}`)
  }
  for (const [path, { digest }] of Object.entries(products)) checkDigestSet(digest, `/products/${path}`)
}
