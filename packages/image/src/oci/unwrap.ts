import { CilockError, collectionType, encodeJson, inTotoPayloadType, isJsonObject, parseEnvelope, parseJson, parseStatement, witnessCollectionType } from '@cilock/core'
import type { Envelope, JsonValue, Statement } from '@cilock/core'
import { bundleEnvelope, customPredicateType, layerEnvelope, parseBundle, signaturePredicateType } from '@cilock/cosign'
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

/** A layer that may hold evidence. */
export interface EvidenceLayer {
  readonly bytes: Uint8Array
  readonly isBundle: boolean
  readonly annotations: Readonly<Record<string, string>>
}

/**
 * What a layer holds, as evidence, with the certificates and timestamps that stand beside its signature. Undefined: cosign's
 * signature of the image, which says nothing about it.
 *
 * @throws CilockError where it is no envelope or bundle with a statement
 */
export function unwrap({ bytes, isBundle, annotations }: EvidenceLayer): UnwrappedEnvelope | undefined {
  const envelope = isBundle ? bundleEnvelope(parseBundle(bytes)) : envelopeOfLayer(bytes, annotations)
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

/** Annotations are not signed: where they cannot be read, the envelope is still what it is. */
function envelopeOfLayer(bytes: Uint8Array, annotations: Readonly<Record<string, string>>): Envelope {
  const envelope = parseEnvelope(bytes)
  try {
    return layerEnvelope(bytes, annotations)
  } catch (error) {
    if (CilockError.is(error)) return envelope
    throw error
  }
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
