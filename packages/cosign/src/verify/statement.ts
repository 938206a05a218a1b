import { CilockError, parseJson, parseStatement } from '@cilock/core'
import type { Statement } from '@cilock/core'
import { array, map, raw, required, string, struct } from '@cilock/core/schema'
import { CosignError } from '../error.ts'

/** A subject with the annotations that cosign signs beside the digest. */
export interface AnnotatedSubject {
  readonly name: string
  readonly digest: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, unknown>>
}

/** A statement as core reads it, and what stands beside its subjects. */
export interface SignedStatement {
  readonly statement: Statement
  readonly subjects: readonly AnnotatedSubject[]
}

/** A ResourceDescriptor (in-toto attestation framework v1). */
const subject = struct(
  { name: string(), uri: string(), digest: map(string()), content: string(), downloadLocation: string(), mediaType: string(), annotations: map(raw()) },
  { unknown: 'refuse' },
)

/** The members of a statement: in bundles cosign refuses others. */
const strict = struct({ _type: required(string()), subject: array(subject), predicateType: required(string()), predicate: raw() }, { unknown: 'refuse' })

const lenient = struct({ subject: array(struct({ name: string(), digest: map(string()), annotations: map(raw()) }, { unknown: 'drop' })) }, { unknown: 'drop' })

/**
 * Reads what an envelope holds. In a bundle a statement has no members but its own, as in cosign.
 *
 * @throws CosignError `ERR_PAYLOAD_MALFORMED`, `ERR_STATEMENT_TYPE`, `ERR_LIMIT_EXCEEDED`
 */
export function readStatement(payload: Uint8Array, where: 'bundle' | 'envelope'): SignedStatement {
  try {
    const statement = parseStatement(payload)
    const { subject: subjects } = (where === 'bundle' ? strict : lenient).read(parseJson(payload))
    return { statement, subjects }
  } catch (cause) {
    if (!CilockError.is(cause)) throw cause
    const code = cause.code === 'ERR_STATEMENT_TYPE' || cause.code === 'ERR_LIMIT_EXCEEDED' ? cause.code : 'ERR_PAYLOAD_MALFORMED'
    throw new CosignError(code, `expected an in-toto statement: ${cause.message}`, { cause })
  }
}
