import { any } from '@cilock/core/schema'
import type { JsonValue } from '@cilock/core'
import { isObject } from './format.ts'
import type { SbomFormat } from './format.ts'
import type { SbomPredicate } from './type.ts'

const normalised = any()

/**
 * The document as CI/lock writes it: keys sorted, numbers as 64 bits hold them, `_sbomFormat` added. One that is no
 * object stays as it is, without the key.
 *
 * @throws CilockError `ERR_MALFORMED` for a number beyond 64 bits: Go could not read the collection.
 */
export function sbomPredicate(document: JsonValue, format: SbomFormat): SbomPredicate {
  if (isObject(document)) return normalised.read({ ...document, _sbomFormat: format })
  normalised.read(document)
  return document
}

/**
 * The document without the key.
 *
 * @throws CilockError `ERR_MALFORMED` as above.
 */
export function checkedDocument(document: JsonValue): SbomPredicate {
  return isObject(document) ? normalised.read(document) : sbomPredicate(document, 'spdx')
}
