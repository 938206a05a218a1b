import { CilockError, decodeUtf8, parseJson } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import type { SbomErrorCode } from './error.ts'
import { formatOfDocument } from './format.ts'
import type { SbomFormat } from './format.ts'
import { cycloneDxOfXml } from './xml/cyclonedx.ts'

/** An SBOM and what it is. */
export interface SbomDocument {
  readonly document: JsonValue
  readonly format: SbomFormat
}

/**
 * Reads an SBOM of JSON or XML and finds out what it is.
 *
 * @throws CilockError `ERR_MALFORMED` when it is neither strict JSON nor well-formed XML, `ERR_SBOM_UNKNOWN_FORMAT` when
 * it is no SBOM.
 */
export function readDocument(content: Uint8Array, path: string): SbomDocument {
  const text = named(path, () => decodeUtf8(content))
  if (/^\ufeff?[\t\n\r ]*</.test(text)) {
    const document = named(path, () => cycloneDxOfXml(text))
    if (document === undefined) throw unknown(path, 'XML of CycloneDX')
    return { document, format: 'cyclonedx' }
  }
  const document = named(path, () => parseJson(text))
  const format = formatOfDocument(document)
  if (format === undefined) throw unknown(path, 'top-level spdxVersion, bomFormat "CycloneDX", or specVersion 3 with @context')
  return { document, format }
}

/** Reads an SBOM of JSON whose format is known. */
export function readJson(content: Uint8Array, path: string): JsonValue {
  return named(path, () => parseJson(content))
}

function unknown(path: string, expected: string): CilockError {
  return new CilockError<SbomErrorCode>('ERR_SBOM_UNKNOWN_FORMAT', `${path}: expected an SBOM (${expected}), found none`)
}

function named<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new CilockError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}
