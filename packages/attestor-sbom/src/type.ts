import { any, raw } from '@cilock/core/schema'
import { isJsonObject } from '@cilock/core'
import type { JsonValue, PredicateType } from '@cilock/core'
import { cycloneDxType, formatOfDocument, isObject, spdxType, typeOfFormat } from './format.ts'
import type { SbomFormat } from './format.ts'
import { sbomBackRefs, sbomSubjects } from './subjects.ts'

export { cycloneDxType, spdxType } from './format.ts'

/** An SBOM as JSON, with the key `_sbomFormat` (`spdx` or `cyclonedx`) that CI/lock adds. */
export type SbomPredicate = JsonValue

/**
 * Reads SBOMs under `https://spdx.dev/Document`, `https://cyclonedx.org/bom` and
 * `https://aflock.ai/attestations/sbom/v0.1` (and its witness form). A document with `_sbomFormat` is given back as CI/lock
 * writes it, keys sorted and numbers as a `float64` holds them; any other stays as it is, as in witness. Which of the two it is says the entry's own type, else `_sbomFormat`, else the document. The digest of the file it came from is not among the
 * subjects: that stands only in the signed statement.
 *
 * @throws CilockError `ERR_MALFORMED` when there is no predicate, or `_sbomFormat` and a number that 64 bits cannot hold.
 */
export const sbomType: PredicateType<SbomPredicate> = {
  name: 'sbom',
  predicateType: 'https://aflock.ai/attestations/sbom/v0.1',
  aliases: ['https://witness.dev/attestations/sbom/v0.1', spdxType, cycloneDxType],
  read(value, type) {
    const predicate = (isJsonObject(value) && Object.hasOwn(value, '_sbomFormat') ? decoded : embedded).read(value)
    const format = formatOf(predicate, type)
    return {
      predicate,
      ...(format === undefined ? {} : { predicateType: typeOfFormat[format] }),
      subjects: sbomSubjects(predicate, format),
      backRefs: sbomBackRefs(predicate, format),
    }
  },
}

/** CI/lock decodes a document before it writes it with `_sbomFormat`; witness and others embed it as it is. */
const decoded = any()
const embedded = raw()

function formatOf(predicate: JsonValue, type: string): SbomFormat | undefined {
  if (type === spdxType) return 'spdx'
  if (type === cycloneDxType) return 'cyclonedx'
  const said = isObject(predicate) ? predicate['_sbomFormat'] : undefined
  return said === 'spdx' || said === 'cyclonedx' ? said : formatOfDocument(predicate)
}
