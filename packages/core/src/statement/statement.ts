import type { DigestSet } from '../digest/digest-set.ts'
import type { JsonValue } from '../json/value.ts'

/** The statement version that CI/lock and witness write. */
export const statementTypeV01 = 'https://in-toto.io/Statement/v0.1'

/** The statement version of the in-toto attestation framework. */
export const statementTypeV1 = 'https://in-toto.io/Statement/v1'

export type StatementType = typeof statementTypeV01 | typeof statementTypeV1

/** What a statement speaks about. Digests here may be of any algorithm; only some can anchor a match. */
export interface Subject {
  readonly name: string
  readonly digest: DigestSet
}

/** An in-toto statement, as read from the bytes that were signed. */
export interface Statement {
  readonly type: StatementType
  readonly subject: readonly Subject[]
  readonly predicateType: string
  readonly predicate: JsonValue
}
