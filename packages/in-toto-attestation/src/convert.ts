import {
  fromBinary as protobufFromBinary,
  fromJson as protobufFromJson,
  toBinary as protobufToBinary,
  toJson as protobufToJson,
  type DescMessage,
  type MessageJsonType,
  type MessageShape,
} from '@bufbuild/protobuf'
import { InTotoError } from './error.ts'
import { normaliseMessage } from './json/normalise.ts'
import { restore } from './json/restore.ts'
import { messages } from './predicates.ts'

/** How strictly JSON is read. */
export interface FromJsonOptions {
  /** Keys that the message does not have: `ignore` drops them, as the specifications ask of readers. Default: `ignore`. */
  readonly unknown?: 'ignore' | 'refuse'
}

/**
 * Reads a message from parsed JSON. Accepts both published spellings where a specification and its protobuf disagree.
 *
 * A message is a view: what it has no field for is gone, and what was signed cannot be made of it again. Numbers that
 * would change are refused; give it the values of `parseJson` of `@cilock/core`, which keeps their text.
 *
 * @throws InTotoError `ERR_MALFORMED`, `ERR_NUMBER_INEXACT`, `ERR_LIMIT_EXCEEDED`, each with the JSON pointer in `path`
 * @example
 * const provenance = fromJson(ProvenanceSchema, statement.predicate)
 * provenance.runDetails?.builder?.id
 */
export function fromJson<Desc extends DescMessage>(schema: Desc, json: unknown, options: FromJsonOptions = {}): MessageShape<Desc> {
  const normalised = normaliseMessage(schema, json, '', { registry: messages, refuseUnknown: options.unknown === 'refuse' })
  return guarded(schema, () => protobufFromJson(schema, normalised, { registry: messages }))
}

/**
 * Writes a message as JSON: the protobuf mapping (times in UTC, defaults left out) with what the specifications want
 * besides, namely required lists also when they are empty, and `dependencyLevels` as numbers.
 *
 * @throws InTotoError `ERR_MALFORMED` for a message that has no JSON (a time out of range, NaN)
 */
export function toJson<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): MessageJsonType<Desc> {
  const desc: DescMessage = schema
  return guarded(desc, () => restore(desc, protobufToJson(desc, message, { registry: messages }))) as MessageJsonType<Desc>
}

/**
 * Reads a message from protobuf's binary form; fields that it does not know are kept in it.
 *
 * @throws InTotoError `ERR_MALFORMED`
 */
export function fromBinary<Desc extends DescMessage>(schema: Desc, bytes: Uint8Array): MessageShape<Desc> {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('fromBinary needs bytes')
  return guarded(schema, () => protobufFromBinary(schema, bytes))
}

/**
 * Writes a message in protobuf's binary form.
 *
 * @throws InTotoError `ERR_MALFORMED` for a message whose values its fields cannot hold
 */
export function toBinary<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): Uint8Array {
  return guarded(schema, () => protobufToBinary(schema, message))
}

function guarded<T>(schema: DescMessage, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new InTotoError('ERR_MALFORMED', `expected a ${schema.typeName}, found something else`, '', { cause })
  }
}
