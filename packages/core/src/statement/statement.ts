import type { DigestSet } from '../digest/digest-set.ts'
import type { JsonValue } from '../json/value.ts'

/** The statement version that CI/lock and witness write. */
export const statementTypeV01 = 'https://in-toto.io/Statement/v0.1'

/** The statement version of the in-toto attestation framework. */
export const statementTypeV1 = 'https://in-toto.io/Statement/v1'

/** A version of in-toto's statement. */
export type StatementType = typeof statementTypeV01 | typeof statementTypeV1

/** What a statement speaks about. Digests here may be of any algorithm; only some can anchor a match. */
export interface Subject {
  /** What it is called. */
  readonly name: string
  /** What it is. */
  readonly digest: DigestSet
}

/** An in-toto statement, as read from the bytes that were signed. */
export interface Statement {
  /** The version of the statement. */
  readonly type: StatementType
  /** What it speaks about. */
  readonly subject: readonly Subject[]
  /** The URI of what it says. */
  readonly predicateType: string
  /** What it says. */
  readonly predicate: JsonValue
}
