import { CilockError } from '../error.ts'
import { inTotoPayloadType } from '../dsse/envelope.ts'
import type { Envelope } from '../dsse/envelope.ts'
import { isVerified } from '../dsse/verified.ts'
import type { Verified } from '../dsse/verified.ts'
import { parseJson } from '../json/parse.ts'
import type { ParseJsonOptions } from '../json/parse.ts'
import { isJsonObject } from '../json/schema/container.ts'
import { statementSchema } from './schema.ts'
import { statementTypeV01, statementTypeV1 } from './statement.ts'
import type { Statement } from './statement.ts'

/**
 * The statement that a verified envelope holds, read from the very bytes that were signed.
 *
 * @throws CilockError `ERR_PAYLOAD_TYPE` when the payload is no statement, else as {@link parseStatement}.
 */
export function statementOf(envelope: Verified<Envelope>, options: ParseJsonOptions = {}): Statement {
  if (!isVerified(envelope)) throw new TypeError('statementOf: this envelope did not come out of verifyEnvelope')
  if (envelope.payloadType !== inTotoPayloadType) {
    throw new CilockError('ERR_PAYLOAD_TYPE', `expected a payload of type ${inTotoPayloadType}, found ${JSON.stringify(envelope.payloadType)}`)
  }
  return parseStatement(envelope.payload, options)
}

/**
 * Reads an in-toto statement, v0.1 or v1. Nothing is verified here: what is read from an envelope that nobody verified
 * proves nothing.
 *
 * Stricter than Go, which checks no version and takes repeated keys and keys in any letter case: two readers of the same
 * signed bytes must see the same statement.
 *
 * @throws CilockError `ERR_MALFORMED`, `ERR_STATEMENT_TYPE`, `ERR_LIMIT_EXCEEDED`
 */
export function parseStatement(payload: Uint8Array, options: ParseJsonOptions = {}): Statement {
  const json = parseJson(payload, options)
  if (isJsonObject(json)) checkVersion(json['_type'])
  const { _type: type, subject, predicateType, predicate } = statementSchema.read(json)
  if (predicateType === '') throw new CilockError('ERR_MALFORMED', 'expected a predicate type, found an empty string at /predicateType')
  return { type, subject, predicateType, predicate }
}

function checkVersion(type: unknown): void {
  if (type === statementTypeV01 || type === statementTypeV1) return
  const found = typeof type === 'string' ? JSON.stringify(type) : 'none'
  throw new CilockError('ERR_STATEMENT_TYPE', `expected a statement of type ${statementTypeV01} or ${statementTypeV1}, found ${found}`)
}
