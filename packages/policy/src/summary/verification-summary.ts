import { compareUtf8, encodeStatement } from '@cilock/core'
import type { DigestSet, StatementType } from '@cilock/core'
import { firstCause } from '../report/first-cause.ts'
import type { CandidateReport, Report, SubjectReport } from '../report/report.ts'

/** The predicate type of a verification summary. */
export const verificationSummaryType = 'https://slsa.dev/verification_summary/v1'

/** A verification summary as it stands on the wire, key for key (SLSA 1.0); `denyReasons` is CI/lock's addition. */
export interface VerificationSummary {
  /** Who verified. */
  readonly verifier: { readonly id: string }
  /** RFC 3339: the time that the verification was given. */
  readonly timeVerified: string
  /** What was let through or refused. */
  readonly resourceUri: string
  /** By which policy; the digest is that of its payload. */
  readonly policy: { readonly uri: string; readonly digest: DigestSet }
  /** The evidence that counted; of a refusal, all that was looked at. */
  readonly inputAttestations: readonly { readonly uri: string; readonly digest: DigestSet }[]
  /** What it came to. */
  readonly verificationResult: 'PASSED' | 'FAILED'
  /** No level is claimed: a policy says what it asks for in its own words. */
  readonly verifiedLevels: readonly string[]
  /** `1.0`. */
  readonly slsaVersion: string
  /** Code and message of the first cause; empty when it passed. */
  readonly denyReasons: readonly string[]
}

/** Who says it, and of what. */
export interface SummaryOptions {
  /** A URI by which those who trust the summary know who made it. */
  readonly verifier: string
  /** The URI of what was let through. Default: the first digest of the first artifact, as `sha256:…`. */
  readonly resourceUri?: string
  /** Where the policy lives. Default: the digest of its payload, as `sha256:…`. */
  readonly policyUri?: string
  /** Default: `https://in-toto.io/Statement/v1`. */
  readonly statementType?: StatementType
}

/**
 * The bytes of an in-toto statement that says what a verification came to: to be signed, and to be shown to a later
 * policy as an external attestation. Its subjects are the artifacts. A pass and a refusal have one shape.
 *
 * @throws TypeError when `verifier` is empty.
 *
 * @example
 * ```ts
 * const payload = verificationSummary(await evaluate(options), { verifier: 'https://ci.example.com/gate' })
 * const envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [gate.signer] })
 * ```
 */
export function verificationSummary(report: Report, { verifier, resourceUri, policyUri, statementType = 'https://in-toto.io/Statement/v1' }: SummaryOptions): Uint8Array {
  if (typeof verifier !== 'string' || verifier === '') throw new TypeError('verificationSummary: `verifier` is empty, and a summary by nobody is worth nothing')
  const isPass = report.verdict === 'passed'
  const cause = firstCause(report)
  const { digest } = report.policy
  const predicate: VerificationSummary = {
    verifier: { id: verifier },
    timeVerified: report.now,
    resourceUri: resourceUri ?? report.subjects[0]?.digests[0] ?? digest,
    policy: { uri: policyUri ?? digest, digest: digestSet([digest]) },
    inputAttestations: attestationsOf(report, isPass),
    verificationResult: isPass ? 'PASSED' : 'FAILED',
    verifiedLevels: isPass ? [] : ['FAILED'],
    slsaVersion: '1.0',
    denyReasons: cause === undefined ? [] : [`${cause.code} ${cause.message}`],
  }
  return encodeStatement({ subjects: Object.fromEntries(report.subjects.map(subjectOf)), predicateType: verificationSummaryType, predicate, statementType })
}

/** Named by its first digest, as the artifact's own name is not known. */
function subjectOf({ digests }: SubjectReport): readonly [string, DigestSet] {
  return [`artifact:${digests[0] ?? ''}`, digestSet(digests)]
}

/** From `algorithm:value`; the algorithm may hold a colon (`gitoid:sha256`). */
function digestSet(digests: readonly string[]): DigestSet {
  return Object.fromEntries(digests.map((digest) => [digest.slice(0, digest.lastIndexOf(':')), digest.slice(digest.lastIndexOf(':') + 1)]))
}

function attestationsOf({ steps, externals }: Report, acceptedOnly: boolean): VerificationSummary['inputAttestations'] {
  const byDigest = new Map<string, CandidateReport>()
  for (const { candidates } of [...steps, ...externals]) {
    for (const candidate of candidates) if (!acceptedOnly || candidate.verdict === 'passed') byDigest.set(candidate.digest, candidate)
  }
  return [...byDigest.values()].sort((a, b) => compareUtf8(a.digest, b.digest)).map(({ digest, references: [uri = digest] }) => ({ uri, digest: digestSet([digest]) }))
}
