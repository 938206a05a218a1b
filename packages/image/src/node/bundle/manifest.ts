import { CilockError, encodeUtf8, parseJson } from '@cilock/core'
import { array, integer, optional, required, string, struct, time } from '@cilock/core/schema'
import type { Envelope } from '@cilock/core'
import { ImageError } from '../../error.ts'

/** The version of bundles that is written and read. */
export const bundleSchemaVersion = 'https://aflock.ai/bundle/v0.1'

/** One line of a bundle, as its manifest lists it. */
export interface BundledEnvelope {
  /** Of the line's bytes, in hexadecimal. */
  readonly sha256: string
  /** What the envelope says that it holds. */
  readonly payloadType?: string
  /** Key ids that are not empty. */
  readonly signerKeyIDs?: readonly string[]
}

/** `bundle.json`, key for key. It is not signed: only the envelopes carry trust. */
export interface BundleManifest {
  /** The version, `https://aflock.ai/bundle/v0.1`. */
  readonly schemaVersion: string
  /** RFC 3339. */
  readonly createdAt: string
  /** Where the envelopes come from: `archivista`, `file` or `verify-export` in CI/lock. */
  readonly source?: string
  /** The server that they come from. */
  readonly sourceURL?: string
  /** What was asked for, sorted. */
  readonly subjects?: readonly string[]
  /** How many there are. */
  readonly count: number
  /** Each of them, in the order of the lines. */
  readonly envelopes?: readonly BundledEnvelope[]
}

const schema = struct({
  schemaVersion: required(string()),
  createdAt: required(time()),
  source: optional(string()),
  sourceURL: optional(string()),
  subjects: optional(array(string())),
  count: required(integer()),
  envelopes: optional(array(struct({ sha256: required(string()), payloadType: optional(string()), signerKeyIDs: optional(array(string())) }))),
})

/** @throws ImageError `ERR_MALFORMED`, `ERR_BUNDLE_VERSION`, `ERR_LIMIT_EXCEEDED` */
export function readManifest(bytes: Uint8Array): BundleManifest {
  let manifest: BundleManifest
  try {
    manifest = schema.read(parseJson(bytes, { maxDepth: 16 }))
  } catch (cause) {
    if (!CilockError.is(cause)) throw cause
    throw new ImageError('ERR_MALFORMED', `expected the manifest of a bundle in bundle.json: ${cause.message}`, { cause })
  }
  if (manifest.schemaVersion !== bundleSchemaVersion) throw new ImageError('ERR_BUNDLE_VERSION', `expected a bundle of ${bundleSchemaVersion}, found ${JSON.stringify(manifest.schemaVersion.slice(0, 120))}`)
  return manifest
}

const escaped: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

/** Indented by two spaces and escaped as Go does it, without a newline at the end. */
export function encodeManifest(manifest: BundleManifest): Uint8Array {
  return encodeUtf8(JSON.stringify(manifest, undefined, 2).replaceAll(/[<>&\u2028\u2029]/g, (each) => escaped[each] ?? each))
}

export function listed({ payloadType, signatures }: Envelope, sha256: string): BundledEnvelope {
  const signerKeyIDs = signatures.map(({ keyid }) => keyid).filter((keyid) => keyid !== '')
  return { sha256, ...(payloadType !== '' && { payloadType }), ...(signerKeyIDs.length > 0 && { signerKeyIDs }) }
}
