import { CilockError, compareUtf8, encodeJson, isJsonObject, parseJson } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import { map, raw, required, string, struct } from '@cilock/core/schema'
import { CosignError } from '../error.ts'

/** What a simple-signing document says it is. */
export const documentType = 'cosign container image signature'

/** What was signed of an image before there were bundles. */
export interface SigningDocument {
  /** Under which name the image was signed; decides nothing. */
  readonly reference: string
  /** Of the manifest. */
  readonly digest: string
  readonly type: string
  /** Values may be of any kind. */
  readonly optional: Readonly<Record<string, JsonValue>>
}

const schema = struct({
  critical: required(struct({ identity: struct({ 'docker-reference': string() }), image: required(struct({ 'docker-manifest-digest': required(string()) })), type: string() })),
  optional: map(raw()),
})

/**
 * Reads a simple-signing document.
 *
 * @throws CosignError `ERR_PAYLOAD_MALFORMED`
 */
export function parseDocument(bytes: Uint8Array): SigningDocument {
  try {
    const { critical, optional } = schema.read(parseJson(bytes, { maxDepth: 64 }))
    return { reference: critical.identity['docker-reference'], digest: critical.image['docker-manifest-digest'], type: critical.type, optional: optional }
  } catch (cause) {
    if (!CilockError.is(cause)) throw cause
    throw new CosignError('ERR_PAYLOAD_MALFORMED', `expected a simple-signing document: ${cause.message}`, { cause })
  }
}

/** The bytes that cosign signs. */
export function encodeDocument(reference: string, digest: string, annotations: Readonly<Record<string, string>>): Uint8Array {
  const sorted = Object.entries(annotations).sort(([a], [b]) => compareUtf8(a, b))
  return encodeJson({
    critical: { identity: { 'docker-reference': reference }, image: { 'docker-manifest-digest': digest }, type: documentType },
    optional: sorted.length === 0 ? null : Object.fromEntries(sorted),
  })
}

/** Those of the optional members that are text: an annotation is nothing else. */
export function textMembers(value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {}
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}
