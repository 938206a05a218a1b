import { checkDigestSet } from '../digest/digest-set.ts'
import { CilockError } from '../error.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { stringifyJson } from '../json/write.ts'

/** A predicate stands in an entry, in a list, in a collection, in a statement, and all of it may be 1000 levels deep. */
const maxDepth = 1_000 - 4

/**
 * Looks at new evidence before anything is signed: a digest of an algorithm that Go does not read would make the whole
 * collection unreadable there, and what cannot be written would take the evidence of all others along.
 *
 * @throws CilockError `ERR_DIGEST_INVALID` with the place, `ERR_EVIDENCE_INVALID`, `ERR_LIMIT_EXCEEDED`.
 */
export function checkEvidence({ predicate, subjects = {}, backRefs = {}, materials = {}, products = {} }: Evidence): void {
  if (predicate === undefined) throw new CilockError('ERR_EVIDENCE_INVALID', 'expected a predicate, found nothing')
  checkWritable('the predicate', predicate)
  checkWritable('the names of subjects', [Object.keys(subjects), Object.keys(backRefs)])
  const parts = { subjects, backRefs, materials }
  for (const [part, artifacts] of Object.entries(parts)) {
    for (const [name, digest] of Object.entries(artifacts)) checkDigestSet(digest, `/${part}/${name}`)
  }
  for (const [path, { digest }] of Object.entries(products)) checkDigestSet(digest, `/products/${path}`)
}

function checkWritable(what: string, value: unknown): void {
  try {
    stringifyJson(value, { maxDepth })
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_LIMIT_EXCEEDED') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new CilockError('ERR_EVIDENCE_INVALID', `${what} cannot be written: ${reason}`, { cause: error })
  }
}
