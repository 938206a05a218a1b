import { create, type DescMessage, type JsonObject, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf'
import { fromJson, toJson, type FromJsonOptions } from './convert.ts'
import { InTotoError } from './error.ts'
import { StatementSchema, type Statement } from './gen/in_toto_attestation/v1/statement_pb.ts'
import { publishedPredicates, type PublishedPredicate } from './predicates.ts'

/** The type of statements that is written. */
export const statementType = 'https://in-toto.io/Statement/v1'

/** Read too: CI/lock and witness write it, and its shape is the same. */
export const statementTypeV01 = 'https://in-toto.io/Statement/v0.1'

/**
 * Reads a statement, v1 or v0.1, from parsed JSON. Nothing is verified here.
 *
 * @throws InTotoError as `fromJson`, and `ERR_STATEMENT_TYPE`
 */
export function statementFromJson(json: unknown, options?: FromJsonOptions): Statement {
  const statement = fromJson(StatementSchema, json, options)
  if (statement.type !== statementType && statement.type !== statementTypeV01) {
    throw new InTotoError('ERR_STATEMENT_TYPE', `expected ${statementType} or ${statementTypeV01}, found ${JSON.stringify(statement.type)}`, '/_type')
  }
  return statement
}

/**
 * A statement about subjects with a published predicate, whose type it takes.
 *
 * @example
 * const statement = statementWith(ReleaseSchema, create(ReleaseSchema, { purl: 'pkg:npm/left-pad@1.3.0' }), [
 *   { name: 'left-pad-1.3.0.tgz', digest: { sha256 } },
 * ])
 */
export function statementWith<Desc extends DescMessage>(
  schema: Desc,
  predicate: MessageShape<Desc>,
  subject: MessageInitShape<typeof StatementSchema>['subject'],
): Statement {
  const { type } = publishedOf(schema)
  return create(StatementSchema, {
    type: statementType,
    predicateType: type,
    predicate: toJson(schema, predicate) as JsonObject,
    ...(subject !== undefined && { subject }),
  })
}

/**
 * The predicate of a statement as the message that its type says it is.
 *
 * @throws InTotoError `ERR_PREDICATE_TYPE` when the statement has a predicate of another type, and as `fromJson`
 */
export function predicateOf<Desc extends DescMessage>(schema: Desc, statement: Statement, options?: FromJsonOptions): MessageShape<Desc> {
  const { type, aliases } = publishedOf(schema)
  if (statement.predicateType !== type && !aliases.includes(statement.predicateType)) {
    throw new InTotoError('ERR_PREDICATE_TYPE', `expected a predicate of type ${type}, found ${JSON.stringify(statement.predicateType)}`, '/predicateType')
  }
  try {
    return fromJson(schema, statement.predicate, options)
  } catch (error) {
    if (!InTotoError.is(error)) throw error
    // the path from the statement, as the caller knows it
    throw new InTotoError(error.code, error.reason, `/predicate${error.path}`, { cause: error.cause })
  }
}

function publishedOf(schema: DescMessage): PublishedPredicate {
  const published = publishedPredicates.find((predicate) => predicate.schema.typeName === schema.typeName)
  if (published === undefined) throw new TypeError(`${schema.typeName} is no predicate`)
  return published
}
