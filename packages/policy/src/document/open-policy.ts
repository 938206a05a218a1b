import { CilockError, parseJson, sha256Hex, verifyEnvelope } from '@cilock/core'
import type { Envelope, JsonValue, Verifier } from '@cilock/core'
import type { VerifyLimits } from '../limits.ts'
import { failed, hasPassed, inEnvelope, inPolicy, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check, PolicyReport } from '../report/report.ts'
import { readKeys } from './keys.ts'
import type { PolicyKey } from './keys.ts'
import { policyPayloadType, witnessPolicyPayloadType } from './policy.ts'
import type { Finding } from './reader.ts'
import { checkRules } from './rules.ts'
import { policyShape } from './shape.ts'
import type { PolicyMembers, StepMembers } from './members.ts'
import { unsupportedUses } from './unsupported.ts'

/** A policy that evidence can be held against. */
export interface Policy {
  readonly steps: ReadonlyMap<string, StepMembers>
  readonly keys: readonly PolicyKey[]
}

export interface OpenedPolicy {
  readonly report: PolicyReport
  /** Absent when the policy must not be asked: nothing is fetched for it. An expired one is still held against evidence. */
  readonly policy?: Policy
  /** Names of the steps, as far as they could be read. */
  readonly steps: readonly string[]
}

interface OpenOptions {
  readonly envelope: Envelope
  readonly verifiers: readonly Verifier[]
  readonly now: Date
  readonly limits: Required<VerifyLimits>
}

const signature: CheckSubject = { code: 'policy-signature', place: inEnvelope('/signatures'), expected: 'a signature by one of the policy verifiers' }
const payloadType: CheckSubject = {
  code: 'policy-payload-type',
  place: inEnvelope('/payloadType'),
  expected: [policyPayloadType, witnessPolicyPayloadType],
}
const json: CheckSubject = { code: 'policy-json', place: inPolicy(''), expected: 'strict JSON' }
const document: CheckSubject = { code: 'policy-document', place: inPolicy(''), expected: 'known keys, values of their types, references that lead somewhere' }
const keys: CheckSubject = { code: 'policy-public-key', place: inPolicy('/publickeys'), expected: 'public keys that are what their ids name' }
const content: CheckSubject = { code: 'policy-empty', place: inPolicy('/steps'), expected: 'at least one step' }
const expiry: CheckSubject = { code: 'policy-expiry', place: inPolicy('/expires'), expected: 'a time that has not passed' }
const feature: CheckSubject = { code: 'policy-feature', place: inPolicy(''), expected: 'nothing that is not judged yet' }

/** Verifies the policy envelope and reads what was signed. Every check that the ones before it allow is made. */
export async function openPolicy({ envelope, verifiers, now, limits }: OpenOptions): Promise<OpenedPolicy> {
  const about = { digest: `sha256:${sha256Hex(envelope.payload)}`, payloadType: envelope.payloadType }
  const refused = (checks: readonly Check[], signers: readonly string[], unread: readonly CheckSubject[], reason: string): OpenedPolicy => ({
    report: { ...about, signers, checks: [...checks, ...unread.map((subject) => notEvaluated(subject, reason))] },
    steps: [],
  })

  const signed = await checkSignature(envelope, verifiers, limits)
  const typed = checkPayloadType(envelope.payloadType)
  const checks = [signed.check, typed]
  if (signed.payload === undefined) {
    return refused(checks, [], [json, document, keys, content, expiry, feature], 'the policy is not read, since nobody vouches for it')
  }
  if (!hasPassed(typed)) {
    return refused(checks, signed.signers, [json, document, keys, content, expiry, feature], 'what was signed does not say that it is a policy')
  }

  const parsed = parseDocument(signed.payload, limits)
  checks.push(parsed.check)
  if (parsed.value === undefined) return refused(checks, signed.signers, [document, keys, content, expiry, feature], 'the policy could not be read')

  const findings: Finding[] = []
  const members = policyShape(parsed.value, '', findings)
  if (members === undefined) {
    checks.push(...findings.map(fromFinding))
    return refused(checks, signed.signers, [keys, content, expiry, feature], 'the policy could not be read')
  }
  findings.push(...missingMembers(parsed.value), ...checkRules(members))
  const read = await readKeys(members.publickeys)
  checks.push(
    ...(findings.length > 0 ? findings.map(fromFinding) : [passed(document, 'the document is a policy', null)]),
    ...(read.findings.length > 0
      ? read.findings.map(fromFinding)
      : [passed(keys, 'each public key is what its id names', read.keys.map(({ keyid }) => keyid))]),
    checkContent(members),
    ...checkFeatures(members),
  )
  const mayAsk = checks.every(hasPassed)
  checks.push(findings.some(({ pointer }) => pointer === '/expires') ? notEvaluated(expiry, 'the time could not be read') : checkExpiry(members, now))
  const steps = members.steps ?? new Map<string, StepMembers>()
  return {
    report: { ...about, signers: signed.signers, checks },
    steps: [...steps.keys()],
    ...(mayAsk ? { policy: { steps, keys: read.keys } } : {}),
  }
}

async function checkSignature(
  envelope: Envelope,
  verifiers: readonly Verifier[],
  limits: Required<VerifyLimits>,
): Promise<{ readonly check: Check; readonly payload?: Uint8Array; readonly signers: readonly string[] }> {
  try {
    // the type that was signed is a check of its own
    const options = { payloadTypes: [envelope.payloadType], limits: { maxSignatures: limits.signatures } }
    const verified = await verifyEnvelope(envelope, verifiers, options)
    const signers = verified.signers.map(({ keyid }) => keyid).sort()
    return { check: passed(signature, 'the policy is signed by a policy verifier', signers), payload: verified.payload, signers }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return { check: failed(signature, `the policy's signature does not verify: ${error.message}`, error.code), signers: [] }
  }
}

function checkPayloadType(found: string): Check {
  return found === policyPayloadType || found === witnessPolicyPayloadType
    ? passed(payloadType, 'the payload type is that of a policy', found)
    : failed(payloadType, `expected the payload type of a policy (${policyPayloadType}), found ${JSON.stringify(found)}`, found)
}

function parseDocument(payload: Uint8Array, limits: Required<VerifyLimits>): { readonly check: Check; readonly value?: JsonValue } {
  try {
    const value = parseJson(payload, { maxBytes: limits.policyBytes, maxDepth: limits.policyDepth })
    return { check: passed(json, 'the policy is strict JSON', null), value }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    const subject: CheckSubject = error.code === 'ERR_LIMIT_EXCEEDED' ? { ...json, code: 'limit' } : json
    return { check: failed(subject, `the policy is not strict JSON: ${error.message}`, error.code) }
  }
}

/** Members without which nothing is a policy. */
export function missingMembers(value: JsonValue): readonly Finding[] {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'expires')) return []
  return [{ code: 'policy-missing-key', pointer: '/expires', message: 'expected the key "expires", found none', expected: 'expires', found: null }]
}

function checkContent({ steps, externalAttestations }: PolicyMembers): Check {
  const found = (steps?.size ?? 0) + (externalAttestations?.size ?? 0)
  return found > 0 ? passed(content, 'the policy asks for something', found) : failed(content, 'the policy has no steps, so nothing could be verified', found)
}

function checkFeatures(members: PolicyMembers): readonly Check[] {
  const uses = unsupportedUses(members)
  if (uses.length === 0) return [passed(feature, 'all that the policy asks for is judged', null)]
  return uses.map(({ feature: found, pointer }) =>
    failed({ ...feature, place: inPolicy(pointer) }, `the policy uses ${found} at ${pointer}, which is not judged yet`, found),
  )
}

/** As in Go, `null` is the year 1. */
function checkExpiry({ expires }: PolicyMembers, now: Date): Check {
  if (expires === undefined) return failed(expiry, 'the policy says no time until which it holds, so it has expired', null)
  const found = expires.toISOString()
  return now.getTime() > expires.getTime()
    ? failed(expiry, `the policy expired at ${found}; the time given is ${now.toISOString()}`, found)
    : passed(expiry, `the policy holds until ${found}`, found)
}

function fromFinding({ code, pointer, message, expected, found }: Finding): Check {
  return failed({ code, place: inPolicy(pointer), expected }, message, found)
}
