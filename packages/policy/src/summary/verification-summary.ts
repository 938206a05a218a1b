import { compareUtf8, encodeStatement, statementTypeV01, statementTypeV1 } from '@cilock/core'
import type { DigestSet, StatementType } from '@cilock/core'
import { firstCause } from '../report/first-cause.ts'
import { aText, argument, object, oneOf, optional } from '../argument.ts'
import { expectReport } from '../report/expect-report.ts'
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

const summaryOptions = object({ verifier: aText, resourceUri: optional(aText), policyUri: optional(aText), statementType: optional(oneOf(statementTypeV01, statementTypeV1)) })

/** Who says it, and of what. */
export interface SummaryOptions {
  /** A URI by which those who trust the summary know who made it. */
  readonly verifier: string
  /**
   * The URI of what was let through. Default: a digest of the first artifact, by the first of these algorithms that it was
   * handed in with: `sha256`, `gitoid:sha256`, `dirHash`, and then by name. A digest that evidence is found by comes before
   * one that anybody can make collide.
   */
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
 * @throws TypeError when `verifier` is empty, an option is of the wrong kind, or `report` is none.
 *
 * @example
 * ```ts
 * const payload = verificationSummary(await evaluate(options), { verifier: 'https://ci.example.com/gate' })
 * const envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [gate.signer] })
 * ```
 */
export function verificationSummary(report: Report, options: SummaryOptions): Uint8Array {
  expectReport(report, 'verificationSummary')
  summaryOptions(options, argument('verificationSummary', 'options'))
  const { verifier, resourceUri, policyUri, statementType = 'https://in-toto.io/Statement/v1' } = options
  if (verifier === '') throw new TypeError('verificationSummary: `verifier` is empty, and a summary by nobody is worth nothing')
  const isPass = report.verdict === 'passed'
  const cause = firstCause(report)
  const { digest } = report.policy
  const predicate: VerificationSummary = {
    verifier: { id: verifier },
    timeVerified: report.now,
    resourceUri: resourceUri ?? mainDigest(report.subjects[0]) ?? digest,
    policy: { uri: policyUri ?? digest, digest: digestSet([digest]) },
    inputAttestations: attestationsOf(report, isPass),
    verificationResult: isPass ? 'PASSED' : 'FAILED',
    verifiedLevels: isPass ? [] : ['FAILED'],
    slsaVersion: '1.0',
    denyReasons: cause === undefined ? [] : [`${cause.code} ${cause.message}`],
  }
  return encodeStatement({ subjects: subjectsOf(report.subjects), predicateType: verificationSummaryType, predicate, statementType })
}

/** Each named by its digest, as the artifacts' own names are not known; where two share it, by all that they have. */
function subjectsOf(subjects: readonly SubjectReport[]): Readonly<Record<string, DigestSet>> {
  const mains = subjects.map(mainDigest)
  const isShared = (digests: readonly string[], main: string | undefined): boolean => subjects.some((other, index) => mains[index] === main && other.digests.join(' ') !== digests.join(' '))
  return Object.fromEntries(subjects.map(({ digests }, index) => [`artifact:${isShared(digests, mains[index]) ? digests.join(' ') : (mains[index] ?? '')}`, digestSet(digests)]))
}

/** A digest that says which artifact is meant, and by which evidence is found, before any other. */
function mainDigest(subject: SubjectReport | undefined): string | undefined {
  const digests = subject?.digests ?? []
  return ['sha256', 'gitoid:sha256', 'dirHash'].flatMap((algorithm) => digests.find((digest) => digest.slice(0, digest.lastIndexOf(':')) === algorithm) ?? []).at(0) ?? digests[0]
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
