import { attest } from '@cilock/core'
import type { Artifacts, Attestor, Dialect, Envelope, Signer, StatementType } from '@cilock/core'
import { standardHost, standardTime } from './context.ts'
import type { MadeEvidence } from './evidence.ts'

/** Which step, what it found, and who signs. */
export interface CollectionOptions {
  /** The step's name. */
  readonly step: string
  /** What stands in the collection, in this order; at least one. */
  readonly evidence: readonly MadeEvidence[]
  /** At least one; `(await seededKey('builder')).signer` will do. */
  readonly signers: readonly Signer[]
  /** Subjects of the statement besides those that the evidence speaks about, by full name. Default: none. */
  readonly subjects?: Artifacts
  /** When every attestor began and ended. Default: 2026-01-02T03:04:05Z. */
  readonly at?: Date
  /** Default: in-toto Statement v0.1. */
  readonly statementType?: StatementType
  /** In whose spelling: `witness` writes what go-witness reads, and refuses evidence of types that it does not know. Default: `cilock`. */
  readonly dialect?: Dialect
}

/**
 * A signed collection as `attest()` makes it, of evidence that is there already.
 *
 * @throws TypeError when there are no signers, there is no evidence, or the step's name is empty.
 * @throws CilockError as `attest()`: `ERR_EVIDENCE_INVALID` when two entries contradict each other, `ERR_SIGNER_FAILED`;
 * AttestError `ERR_ATTESTOR_FAILED` when a digest is none that Go reads.
 * @example
 * ```ts
 * const { signer } = await seededKey('builder')
 * const made = evidenceOf(productType, treeOf('products', { 'app.js': '42' }))
 * const envelope = await collectionOf({ step: 'build', evidence: [made], signers: [signer] })
 * ```
 */
export async function collectionOf({ step, evidence, signers, subjects, at, statementType, dialect }: CollectionOptions): Promise<Envelope> {
  const { envelope } = await attest({
    step,
    signers,
    attestors: evidence.map(attestorOf),
    workingDir: '/nowhere',
    env: {},
    host: standardHost,
    clock: () => at ?? new Date(standardTime),
    ...(subjects !== undefined && { subjects }),
    ...(statementType !== undefined && { statementType }),
    ...(dialect !== undefined && { dialect }),
  })
  return envelope
}

/** An attestor that has already looked. All are of one stage, so that the collection keeps their order. */
function attestorOf({ name, type, evidence }: MadeEvidence): Attestor {
  return { name, predicateType: type, runType: 'postproduct', read: () => evidence, attest: async () => evidence }
}
