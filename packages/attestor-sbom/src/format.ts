import { JsonNumber } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'

/** The formats of SBOMs, as the key `_sbomFormat` names them. */
export type SbomFormat = 'spdx' | 'cyclonedx'

/** The predicate types of SBOMs, of every version. */
export const spdxType = 'https://spdx.dev/Document'
/** The predicate type of CycloneDX documents. */
export const cycloneDxType = 'https://cyclonedx.org/bom'

export const typeOfFormat: Readonly<Record<SbomFormat, string>> = { spdx: spdxType, cyclonedx: cycloneDxType }

/**
 * What a JSON document says it is, by CI/lock's order: SPDX 2, CycloneDX, SPDX 3 with its version on top. Undefined for
 * anything else.
 */
export function formatOfDocument(document: JsonValue): SbomFormat | undefined {
  if (!isObject(document)) return undefined
  if (textOf(document, 'spdxVersion') !== '') return 'spdx'
  if (textOf(document, 'bomFormat') === 'CycloneDX') return 'cyclonedx'
  return textOf(document, 'specVersion').startsWith('3.') && Object.hasOwn(document, '@context') ? 'spdx' : undefined
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JsonNumber.is(value)
}

/** A member that is text; '' for any other. */
export function textOf(value: unknown, key: string): string {
  const member = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return typeof member === 'string' ? member : ''
}
