import { CilockError, parseStatement } from '@cilock/core'
import type { Statement } from '@cilock/core'
import type { CertificateIdentity } from '@cilock/x509'
import type { Check } from '../report/report.ts'
import type { EnvelopeGroup } from './envelopes.ts'
import { readSigned } from './read-signed.ts'
import type { ReadOptions } from './read-signed.ts'

/** One signed payload that a source gave for an external attestation. */
export interface ExternalCandidate {
  readonly id: string
  /** `sha256:<hex>` of the payload. */
  readonly digest: string
  readonly payloadType: string
  readonly references: readonly string[]
  /** Key ids of the policy's keys that vouch for it. */
  readonly signers: readonly string[]
  /** Those of the signers who have a certificate. */
  readonly identities: readonly CertificateIdentity[]
  readonly checks: readonly Check[]
  /** Absent when nobody vouches for it or it could not be read. */
  readonly statement?: Statement
  /** Why it is absent. */
  readonly reason: string
  /** What the payload says, whoever vouches for it: it tells what the statement is about, and proves nothing. */
  readonly claimed?: Statement
}

/** Verifies what was found and reads it as any statement: what its predicate means, only the policy's rules say. */
export async function readExternal(group: EnvelopeGroup, options: ReadOptions): Promise<ExternalCandidate> {
  const { id, digest, payloadType, references } = group
  const { signers, identities, checks, statement, reason } = await readSigned(group, options)
  const claimed = statement ?? claimOf(group, options)
  return { id, digest, payloadType, references: [...references].sort(), signers, identities, checks, reason, ...(statement === undefined ? {} : { statement }), ...(claimed === undefined ? {} : { claimed }) }
}

function claimOf({ envelopes }: EnvelopeGroup, { limits }: ReadOptions): Statement | undefined {
  const [envelope] = envelopes.values()
  if (envelope === undefined) return undefined
  try {
    return parseStatement(envelope.payload, { maxBytes: limits.statementBytes, maxDepth: limits.statementDepth })
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}
