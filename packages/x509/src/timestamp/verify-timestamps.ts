import { CilockError, sha256Hex } from '@cilock/core'
import type { SignatureTimestamp } from '@cilock/core'
import type { Certificate } from '../certificate/certificate.ts'
import { readCertificate } from '../certificate/parse-certificate.ts'
import type { TimestampErrorCode } from '../error.ts'
import { limitsOf, rulesOf } from '../path/rules.ts'
import { judgeToken } from './judge-token.ts'
import { readToken, type TimestampToken } from './token.ts'
import type { TimestampRefusal, TimestampResult, TrustedTimestamp, VerifyTimestampsOptions } from './timestamp.ts'

/**
 * Judges timestamps by RFC 3161: the entry's type, the imprint over the message, the attributes that are signed, the one
 * signature and the certificate that it names, the path of that certificate to an authority at the time of the token
 * (genTime) with timeStamping as its only usage.
 *
 * @throws TypeError for wrong arguments. Timestamps of any shape are judged, never thrown on.
 * @see https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2
 * @example
 * ```ts
 * const { trusted, refused } = await verifyTimestamps(signature.timestamps ?? [], { message: signature.sig, authorities })
 * ```
 */
export async function verifyTimestamps(timestamps: readonly SignatureTimestamp[], options: VerifyTimestampsOptions): Promise<TimestampResult> {
  return judgeTimestamps(timestamps, options, readCertificate)
}

/** The same with a reader of certificates that may know some already. */
export async function judgeTimestamps(
  timestamps: readonly SignatureTimestamp[],
  options: VerifyTimestampsOptions,
  read: (der: Uint8Array) => Certificate,
): Promise<TimestampResult> {
  checkArguments(options)
  const found: TrustedTimestamp[] = []
  const refused: TimestampRefusal[] = []
  const seen = new Set<string>()
  for (const [index, { type, data }] of timestamps.entries()) {
    if (type !== 'tsp') {
      refused.push({ code: 'ERR_TIMESTAMP_TYPE', message: `expected a timestamp of type 'tsp', found '${type.slice(0, 40)}'`, index })
      continue
    }
    // the same bytes again say nothing more
    const name = sha256Hex(data)
    if (seen.has(name)) continue
    seen.add(name)
    let token: TimestampToken | undefined
    try {
      const whole = readToken(data, read)
      token = whole.token
      const judgement = await judgeToken(whole, options)
      if ('refusal' in judgement) refused.push({ ...judgement.refusal, index, claimedTime: token.time })
      else found.push(...judgement.trusted.map((trusted) => ({ ...trusted, index })))
    } catch (error) {
      if (!CilockError.is(error)) throw error
      refused.push({ code: codeOf(error), message: error.message, index, ...(token !== undefined && { claimedTime: token.time }) })
    }
  }
  return { trusted: found.toSorted(byTime), refused }
}

/**
 * The earliest timestamp of each authority, by time. One signer is one authority, also where it is known by two names, so
 * the length of this is what a threshold counts.
 */
export function distinctTimestamps(timestamps: readonly TrustedTimestamp[]): readonly TrustedTimestamp[] {
  const [authorities, signers] = [new Set<string>(), new Set<string>()]
  return timestamps.toSorted(byTime).filter(({ authority, chain }) => {
    const signer = chain[0]?.publicKey.fingerprint ?? ''
    if (authorities.has(authority) || signers.has(signer)) return false
    authorities.add(authority)
    signers.add(signer)
    return true
  })
}

function byTime(a: TrustedTimestamp, b: TrustedTimestamp): number {
  return a.time.getTime() - b.time.getTime() || a.index - b.index || (a.authority < b.authority ? -1 : 1)
}

function codeOf(error: CilockError): TimestampErrorCode {
  return error.code.startsWith('ERR_TIMESTAMP_') ? (error.code as TimestampErrorCode) : 'ERR_TIMESTAMP_MALFORMED'
}

function checkArguments({ message, rules = {}, limits }: VerifyTimestampsOptions): void {
  if (!(message instanceof Uint8Array)) throw new TypeError('message has to be bytes')
  rulesOf(rules)
  limitsOf(limits)
  const { now, clockTolerance = 0 } = rules
  if (now !== undefined && Number.isNaN(now.getTime())) throw new TypeError('now has to be a valid date')
  if (!(clockTolerance >= 0)) throw new TypeError(`clockTolerance has to be milliseconds, not ${String(clockTolerance)}`)
}
