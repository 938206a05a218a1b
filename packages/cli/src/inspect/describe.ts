import { CilockError, collectionOf, inTotoPayloadType, isJsonObject, parseEnvelope, parseJson, parseStatement, sha256Hex } from '@cilock/core'
import type { Collection, Envelope, JsonObject, JsonValue, Statement } from '@cilock/core'

/** What a file holds, as far as it can be told without any key. Nothing here is verified. */
export type Inspected =
  | { readonly kind: 'envelope'; readonly envelope: Envelope; readonly payload: Inspected }
  | { readonly kind: 'statement'; readonly statement: Statement; readonly collection?: Collection }
  | { readonly kind: 'collection'; readonly collection: JsonObject }
  | { readonly kind: 'policy'; readonly policy: JsonObject }
  | { readonly kind: 'json'; readonly json: JsonValue }
  | { readonly kind: 'bytes'; readonly size: number; readonly sha256: string }
  /** Looks like something, and is not: why a verifier would refuse it. */
  | { readonly kind: 'refused'; readonly as: string; readonly error: CilockError }

const policyPayloadTypes = new Set(['https://aflock.ai/policy/v0.1', 'https://witness.testifysec.com/policy/v0.1'])

export function inspectBytes(path: string, bytes: Uint8Array): Inspected {
  const json = attempt(() => parseJson(bytes))
  if (CilockError.is(json)) throw new CilockError(json.code, `${path} is no JSON: ${json.message}`, { cause: json })
  if (isJsonObject(json) && 'payload' in json && 'payloadType' in json) {
    const envelope = attempt(() => parseEnvelope(bytes))
    return CilockError.is(envelope) ? { kind: 'refused', as: 'envelope', error: envelope } : { kind: 'envelope', envelope, payload: payloadOf(envelope) }
  }
  return inspectJson(json, bytes)
}

function payloadOf({ payload, payloadType }: Envelope): Inspected {
  const json = attempt(() => parseJson(payload))
  if (CilockError.is(json)) {
    if (payloadType !== inTotoPayloadType && !policyPayloadTypes.has(payloadType)) return { kind: 'bytes', size: payload.length, sha256: sha256Hex(payload) }
    return { kind: 'refused', as: 'JSON payload', error: json }
  }
  return inspectJson(json, payload)
}

function inspectJson(json: JsonValue, bytes: Uint8Array): Inspected {
  if (!isJsonObject(json)) return { kind: 'json', json }
  if ('_type' in json && 'predicateType' in json) return inspectStatement(bytes)
  if ('attestations' in json && 'name' in json) return { kind: 'collection', collection: json }
  if ('steps' in json && 'expires' in json) return { kind: 'policy', policy: json }
  return { kind: 'json', json }
}

function inspectStatement(bytes: Uint8Array): Inspected {
  const statement = attempt(() => parseStatement(bytes))
  if (CilockError.is(statement)) return { kind: 'refused', as: 'statement', error: statement }
  const collection = attempt(() => collectionOf(statement))
  if (!CilockError.is(collection)) return { kind: 'statement', statement, collection }
  return collection.code === 'ERR_PREDICATE_TYPE' ? { kind: 'statement', statement } : { kind: 'refused', as: 'collection', error: collection }
}

function attempt<T>(run: () => T): T | CilockError {
  try {
    return run()
  } catch (error) {
    if (CilockError.is(error)) return error
    throw error
  }
}
