import { sha256Hex } from '@cilock/core'
import type { Artifacts, DigestSet, JsonValue } from '@cilock/core'
import { isObject, textOf } from './format.ts'
import type { SbomFormat } from './format.ts'

/** What an SBOM is about: the name of an SPDX document, the name and version of CycloneDX's main component. */
export function sbomSubjects(document: JsonValue, format: SbomFormat | undefined): Artifacts {
  const { name, version } = identityOf(document, format)
  return { ...byText('name', name), ...byText('version', version) }
}

/**
 * What leads to the evidence of the thing itself: the digest of the image that a CycloneDX SBOM is about, where its
 * package URL has one, else the name. The parts of an SBOM are none: half the world shares them.
 */
export function sbomBackRefs(document: JsonValue, format: SbomFormat | undefined): Artifacts {
  const { name, purl } = identityOf(document, format)
  const sha256 = imageDigestOf(purl)
  return sha256 === undefined ? byText('name', name) : { [`imagedigest:${sha256}`]: { sha256 } }
}

interface Identity {
  readonly name: string
  readonly version: string
  readonly purl: string
}

function identityOf(document: JsonValue, format: SbomFormat | undefined): Identity {
  if (format === 'spdx') return { name: textOf(document, 'name'), version: '', purl: '' }
  const metadata = format === 'cyclonedx' && isObject(document) ? document['metadata'] : undefined
  const component = isObject(metadata) ? metadata['component'] : undefined
  return { name: textOf(component, 'name'), version: textOf(component, 'version'), purl: textOf(component, 'purl') }
}

/** The SHA-256 that stands for the version in `pkg:oci/app@sha256:…`, percent-encoded or not. */
function imageDigestOf(purl: string): string | undefined {
  const [, sha256] = /^[^@]*@sha256(?::|%3[Aa])([0-9a-f]{64})(?:[?#]|$)/.exec(purl) ?? []
  return sha256
}

function byText(kind: string, text: string): Readonly<Record<string, DigestSet>> {
  return text === '' ? {} : { [`${kind}:${text}`]: { sha256: sha256Hex(text) } }
}
