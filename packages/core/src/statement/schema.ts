import { raw } from '../json/schema/any.ts'
import { array, map } from '../json/schema/container.ts'
import { required } from '../json/schema/presence.ts'
import { oneOf, string } from '../json/schema/scalar.ts'
import type { Schema } from '../json/schema/schema.ts'
import { struct } from '../json/schema/struct.ts'
import type { JsonValue } from '../json/value.ts'
import { statementTypeV01, statementTypeV1 } from './statement.ts'
import type { StatementType, Subject } from './statement.ts'

/** A statement key for key as on the wire. */
export interface StatementJson {
  readonly _type: StatementType
  readonly subject: readonly Subject[]
  readonly predicateType: string
  readonly predicate: JsonValue
}

/** Digests of a statement's subject: any algorithm, as the in-toto specification allows. */
const subject = struct({ name: string(), digest: map(string()) })

/** A statement with its keys in the order that Go writes. */
export const statementSchema: Schema<StatementJson> = struct({
  _type: required(oneOf(statementTypeV01, statementTypeV1)),
  subject: array(subject),
  predicateType: required(string()),
  predicate: raw(),
})
