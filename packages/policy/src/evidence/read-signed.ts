import { CilockError, inTotoPayloadType, parseStatement } from '@cilock/core'
import type { Envelope, PredicateType, Statement, Verified } from '@cilock/core'
import type { CertificateIdentity } from '@cilock/x509'
import type { PolicyKey } from '../document/keys.ts'
import type { VerifyLimits } from '../limits.ts'
import { failed, inEnvelope, inStatement, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import { distinctIdentities } from '../trust/evidence-signers.ts'
import type { VerifyRules } from '../verify-rules.ts'
import type { Budget } from './budget.ts'
import type { EnvelopeGroup } from './envelopes.ts'
import type { SignatureReader } from './signature-reader.ts'

export interface ReadOptions {
  readonly keys: readonly PolicyKey[]
  readonly signatures: SignatureReader
  readonly types: readonly PredicateType[]
  readonly limits: Required<VerifyLimits>
  readonly rules: VerifyRules
  readonly budget: Budget
}

const payloadType: CheckSubject = { code: 'evidence-payload-type', place: inEnvelope('/payloadType'), expected: inTotoPayloadType }
const statement: CheckSubject = { code: 'evidence-statement', place: inStatement(''), expected: 'an in-toto statement' }

/** A statement, as far as somebody whom the policy names vouches for it and it can be read. */
export interface SignedStatement {
  readonly checks: readonly Check[]
  readonly signers: readonly string[]
  /** Those of the signers who have a certificate. */
  readonly identities: readonly CertificateIdentity[]
  readonly statement?: Statement
  /** Why there is none. */
  readonly reason: string
}

/** Verifies the signatures of what was found and reads the statement. Content that nobody vouches for is not read. */
export async function readSigned(group: EnvelopeGroup, options: ReadOptions): Promise<SignedStatement> {
  const signed = await checkSignatures(group, options)
  const typed = checkPayloadType(group.payloadType, options.rules)
  const checks = [typed, signed.check]
  const stop = (reason: string): SignedStatement => ({ signers: signed.signers, identities: signed.identities, checks: [...checks, notEvaluated(statement, reason)], reason })
  if (signed.envelope === undefined) return stop('what it says is not read, since nobody whom the policy names vouches for it')
  if (typed.state !== 'passed') return stop('what was signed does not say that it is a statement')
  const read = readStatement(signed.envelope, options.limits)
  return { signers: signed.signers, identities: signed.identities, checks: [...checks, read.check], reason: 'the statement could not be read', ...(read.statement === undefined ? {} : { statement: read.statement }) }
}

interface Signed {
  readonly check: Check
  readonly signers: readonly string[]
  readonly identities: readonly CertificateIdentity[]
  /** One of the envelopes that verify; the payload is the same in all. */
  readonly envelope?: Verified<Envelope>
}

async function checkSignatures({ envelopes }: EnvelopeGroup, { keys, signatures, limits, budget }: ReadOptions): Promise<Signed> {
  const signature: CheckSubject = { code: 'evidence-signature', place: inEnvelope('/signatures'), expected: keys.map(({ keyid }) => keyid).sort() }
  const signers = new Set<string>()
  const reasons = new Set<string>()
  const claimed = new Set<string>()
  const identities: CertificateIdentity[] = []
  const refusals = new Set<string>()
  let envelope: Verified<Envelope> | undefined
  for (const copy of envelopes) {
    for (const { keyid } of copy.signatures.slice(0, limits.signatures)) claimed.add(keyid)
    budget.spend('signatureChecks', signatures.checksOf(copy))
    const read = await signatures.read(copy)
    budget.spend('signatureChecks', read.checks)
    for (const keyid of read.signers) signers.add(keyid)
    if ('verified' in read.outcome) envelope ??= read.outcome.verified
    else reasons.add(read.outcome.fault)
    identities.push(...read.identities)
    for (const refusal of read.refusals) refusals.add(refusal)
  }
  if (envelope === undefined) {
    const told = refusals.size > 0 ? refusals : reasons
    const message = `no signature verifies by ${signatures.vouches}: ${[...told].sort().join('; ')}`
    // key ids are hints that anybody may write; they help to find a key that the policy does not have
    const found = { claimedKeyids: [...claimed].sort(), ...(refusals.size > 0 && { certificates: [...refusals].sort() }) }
    return { check: failed(signature, message, found), signers: [], identities: [] }
  }
  const found = [...signers].sort()
  return { check: passed(signature, 'it is signed by a key of the policy', found), signers: found, identities: distinctIdentities(identities), envelope }
}

function checkPayloadType(found: string, rules: VerifyRules): Check {
  if (!rules.evidencePayloadType) return passed(payloadType, 'the payload type is not asked for', found)
  return found === inTotoPayloadType
    ? passed(payloadType, 'the payload type is that of in-toto statements', found)
    : failed(payloadType, `expected a payload of type ${inTotoPayloadType}, found ${JSON.stringify(found)}`, found)
}

function readStatement(envelope: Verified<Envelope>, limits: Required<VerifyLimits>): { readonly check: Check; readonly statement?: Statement } {
  try {
    const read = parseStatement(envelope.payload, { maxBytes: limits.statementBytes, maxDepth: limits.statementDepth })
    return { check: passed(statement, 'the payload is an in-toto statement', read.type), statement: read }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    const subject: CheckSubject = error.code === 'ERR_LIMIT_EXCEEDED' ? { ...statement, code: 'limit' } : statement
    return { check: failed(subject, `the payload is no statement that can be read: ${error.message}`, error.code) }
  }
}
