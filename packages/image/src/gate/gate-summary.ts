import { CilockError, compareUtf8, encodeStatement, isJsonObject, parseStatement, sha256Hex } from '@cilock/core'
import type { Envelope, StatementType } from '@cilock/core'
import { verificationSummary, verificationSummaryType } from '@cilock/policy'
import type { VerificationSummary } from '@cilock/policy'
import type { GateReport } from './report.ts'

/** Who says it, and by what was judged. */
export interface GateSummaryOptions {
  /** A URI by which those who trust the summary know who made it. */
  readonly verifier: string
  /** The policy that the image was judged by, as it was handed in. */
  readonly policy: Envelope
  /** The time that the gate was given. */
  readonly now: Date
  /** The URI of the image. Default: its digest. */
  readonly resourceUri?: string
  /** Where the policy lives. Default: the digest of its payload, as `sha256:…`. */
  readonly policyUri?: string
  /** Default: `https://in-toto.io/Statement/v1`. */
  readonly statementType?: StatementType
}

/**
 * The bytes of an in-toto statement that says what came of an image: a verification summary as `verificationSummary()` of
 * `@cilock/policy` makes it of artifacts, but of the gate as a whole. What cosign's signature lacks, or a store did not give,
 * refuses here too. Its subjects are the digests of the image, of every image of an index, and of their configurations.
 *
 * @throws TypeError when `verifier` is empty or `now` is no time
 *
 * @example
 * ```ts
 * const payload = gateSummary(await evaluateGate(options), { verifier: 'https://ci.example.com/gate', policy: options.policy.policy, now })
 * ```
 */
export function gateSummary(report: GateReport, { verifier, policy, now, resourceUri, policyUri, statementType = 'https://in-toto.io/Statement/v1' }: GateSummaryOptions): Uint8Array {
  if (verifier === '') throw new TypeError('gateSummary: `verifier` is empty, and a summary by nobody is worth nothing')
  if (Number.isNaN(now.getTime())) throw new TypeError('gateSummary: `now` has to be a time')
  const isPass = report.verdict === 'passed'
  const sha256 = sha256Hex(policy.payload)
  const digests = new Set([report.digest, ...report.images.flatMap(({ manifest, imageId }) => [manifest, imageId])])
  const predicate: VerificationSummary = {
    verifier: { id: verifier },
    timeVerified: now.toISOString(),
    resourceUri: resourceUri ?? report.digest,
    policy: { uri: policyUri ?? `sha256:${sha256}`, digest: { sha256 } },
    inputAttestations: attestationsOf(report, verifier),
    verificationResult: isPass ? 'PASSED' : 'FAILED',
    verifiedLevels: isPass ? [] : ['FAILED'],
    slsaVersion: '1.0',
    denyReasons: report.causes.map(({ code, message }) => `${code} ${message}`),
  }
  const subjects = Object.fromEntries([...digests].map((digest) => [`artifact:${digest}`, { [digest.slice(0, digest.indexOf(':'))]: digest.slice(digest.indexOf(':') + 1) }]))
  return encodeStatement({ subjects, predicateType: verificationSummaryType, predicate, statementType })
}

/** What counted for each image, as its own summary would say, each once. */
function attestationsOf({ images }: GateReport, verifier: string): VerificationSummary['inputAttestations'] {
  const found = new Map<string, VerificationSummary['inputAttestations'][number]>()
  for (const { report } of images) {
    const { predicate } = parseStatement(verificationSummary(report, { verifier }))
    for (const each of inputsIn(predicate)) found.set(JSON.stringify(each), each)
  }
  return [...found].sort(([a], [b]) => compareUtf8(a, b)).map(([, each]) => each)
}

function inputsIn(predicate: unknown): VerificationSummary['inputAttestations'] {
  const inputs = isJsonObject(predicate) ? predicate['inputAttestations'] : undefined
  if (!Array.isArray(inputs)) throw new CilockError('ERR_MALFORMED', 'expected inputAttestations in a verification summary, found none')
  return inputs as VerificationSummary['inputAttestations']
}
