import { compareUtf8 } from '../json/order.ts'
import { encodeJson } from '../json/write.ts'
import type { Artifacts } from '../evidence/evidence.ts'
import { statementTypeV01 } from './statement.ts'
import type { StatementType } from './statement.ts'

/** What a statement says, and about what. */
export interface StatementContent {
  /** What the statement speaks about, by name; written sorted by the bytes of the names, as CI/lock does. */
  readonly subjects: Artifacts
  /** The URI of the predicate. */
  readonly predicateType: string
  /** JSON; the keys of its objects are written in the order they have. */
  readonly predicate: unknown
  /** Default: `https://in-toto.io/Statement/v0.1`, which is what CI/lock and witness write. */
  readonly statementType?: StatementType
}

/**
 * The bytes of an in-toto statement, as Go writes them: the payload of an envelope.
 *
 * @throws CilockError `ERR_MALFORMED` when the predicate is no JSON (a lone surrogate, a number without a text).
 */
export function encodeStatement({ subjects, predicateType, predicate, statementType }: StatementContent): Uint8Array {
  if (predicateType === '') throw new TypeError('encodeStatement: the predicate type is empty')
  return encodeJson({
    _type: statementType ?? statementTypeV01,
    subject: Object.entries(subjects)
      .sort(([a], [b]) => compareUtf8(a, b))
      .map(([name, digest]) => ({ name, digest: Object.fromEntries(Object.entries(digest).sort(([a], [b]) => compareUtf8(a, b))) })),
    predicateType,
    predicate,
  })
}
