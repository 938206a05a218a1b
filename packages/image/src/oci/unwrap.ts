import { CilockError, collectionType, encodeJson, inTotoPayloadType, isJsonObject, parseEnvelope, parseJson, parseStatement, witnessCollectionType } from '@cilock/core'
import type { Envelope, JsonValue, Statement } from '@cilock/core'
import { customPredicateType, parseBundle, signaturePredicateType } from '@cilock/cosign'
import { ImageError } from '../error.ts'

/** How evidence stands beside an image. */
export type EnvelopeForm =
  // as it was signed
  | 'envelope'
  // the predicate of a statement that cosign signed (`cosign attest --predicate build.json`); taken out, with its own signatures
  | 'nested-envelope'
  // a collection without signatures of its own, as the predicate of another type of statement; no policy finds it as a step
  | 'nested-collection'

/** An envelope that was read. */
export interface UnwrappedEnvelope {
  readonly envelope: Envelope
  readonly form: EnvelopeForm
}

/**
 * What a layer holds, as evidence. Undefined: cosign's signature of the image, which says nothing about it.
 *
 * @throws CilockError where it is no envelope or bundle with a statement
 */
export function unwrap(bytes: Uint8Array, isBundle: boolean): UnwrappedEnvelope | undefined {
  const envelope = isBundle ? envelopeOfBundle(bytes) : parseEnvelope(bytes)
  if (envelope === undefined) return undefined
  const { predicate, predicateType } = statementIn(envelope)
  if (predicateType === signaturePredicateType) return undefined
  const inner = predicateType === customPredicateType ? dataOf(predicate) : predicate
  if (isEnvelope(inner)) {
    const nested = parseEnvelope(encodeJson(inner))
    statementIn(nested)
    return { envelope: nested, form: 'nested-envelope' }
  }
  const isStep = predicateType === collectionType || predicateType === witnessCollectionType
  return { envelope, form: !isStep && isCollection(inner) ? 'nested-collection' : 'envelope' }
}

function statementIn({ payload, payloadType }: Envelope): Statement {
  if (payloadType !== inTotoPayloadType) throw new ImageError('ERR_PAYLOAD_TYPE', `expected a payload of type ${inTotoPayloadType}, found ${JSON.stringify(payloadType.slice(0, 120))}`)
  return parseStatement(payload)
}

/** Its one signature stands without the bundle's certificate: only keys can vouch for it. */
function envelopeOfBundle(bytes: Uint8Array): Envelope | undefined {
  const { content } = parseBundle(bytes)
  return content.kind === 'envelope' ? content.envelope : undefined
}

/** Of a predicate that has no type, cosign keeps the text. */
function dataOf(predicate: JsonValue): JsonValue {
  const data = isJsonObject(predicate) ? predicate['Data'] : undefined
  if (typeof data !== 'string') return predicate
  try {
    return parseJson(data)
  } catch (error) {
    if (CilockError.is(error)) return predicate
    throw error
  }
}

function isEnvelope(value: JsonValue): boolean {
  return isJsonObject(value) && typeof value['payload'] === 'string' && typeof value['payloadType'] === 'string' && Array.isArray(value['signatures'])
}

function isCollection(value: JsonValue): boolean {
  return isJsonObject(value) && typeof value['name'] === 'string' && Array.isArray(value['attestations'])
}
