import { CilockError, parseJson, sha256Hex } from '@cilock/core'
import type { Envelope, JsonValue, Verifier } from '@cilock/core'
import type { VerifyLimits } from '../limits.ts'
import { failed, hasPassed, inEnvelope, inPolicy, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check, PolicyReport } from '../report/report.ts'
import { readKeys } from './keys.ts'
import type { PolicyKey } from './keys.ts'
import { policyPayloadType, witnessPolicyPayloadType } from './policy.ts'
import type { Finding } from './reader.ts'
import { checkRules, reservedStepName } from './rules.ts'
import { policyShape } from './shape.ts'
import { checkSignature } from './policy-signature.ts'
import type { ExternalAttestationMembers, PolicyMembers, StepMembers } from './members.ts'
import { aiPolicies } from './ai-policies.ts'
import { readAuthorities } from './authorities.ts'
import { compileRego } from './rego.ts'
import { untrackedGlobs } from './untracked-globs.ts'
import { evidenceSigners } from '../trust/evidence-signers.ts'
import type { EvidenceSigners } from '../trust/evidence-signers.ts'
import type { VerifyRules } from '../verify-rules.ts'
import type { RegoRules } from '../rego/rego-rules.ts'

/** A policy that evidence can be held against. */
export interface Policy {
  readonly steps: ReadonlyMap<string, StepMembers>
  readonly externals: ReadonlyMap<string, ExternalAttestationMembers>
  readonly keys: readonly PolicyKey[]
  /** Whom it lets vouch for evidence. */
  readonly signersAt: (now: Date) => EvidenceSigners
  /** The compiled modules by JSON pointer of the attestation, or external attestation, that they judge. */
  readonly rego: ReadonlyMap<string, RegoRules>
}

export interface OpenedPolicy {
  /** Everything but what depends on the time and the rest of the call. */
  readonly report: PolicyReport
  /** What the time says to it. */
  readonly expiry: (now: Date, clockSkew: number) => Check
  /** Absent when the policy must not be asked: nothing is fetched for it. An expired one is still held against evidence. */
  readonly policy?: Policy
  /** Names of the steps, as far as they could be read. */
  readonly steps: readonly string[]
  readonly externals: readonly { readonly name: string; readonly members: ExternalAttestationMembers }[]
}

interface OpenOptions {
  readonly envelope: Envelope
  readonly verifiers: readonly Verifier[]
  readonly limits: Required<VerifyLimits>
  readonly rules: VerifyRules
}

const payloadType: CheckSubject = {
  code: 'policy-payload-type',
  place: inEnvelope('/payloadType'),
  expected: [policyPayloadType, witnessPolicyPayloadType],
}
const json: CheckSubject = { code: 'policy-json', place: inPolicy(''), expected: 'strict JSON' }
const document: CheckSubject = { code: 'policy-document', place: inPolicy(''), expected: 'known keys, values of their types, references that lead somewhere' }
const rego: CheckSubject = { code: 'policy-rego', place: inPolicy(''), expected: 'Rego that compiles and can deny' }
const ai: CheckSubject = { code: 'policy-ai', place: inPolicy(''), expected: 'nothing that a language model would have to judge' }
const keys: CheckSubject = { code: 'policy-public-key', place: inPolicy('/publickeys'), expected: 'public keys that are what their ids name' }
const content: CheckSubject = { code: 'policy-empty', place: inPolicy('/steps'), expected: 'at least one step' }
const expiry: CheckSubject = { code: 'policy-expiry', place: inPolicy('/expires'), expected: 'a time that has not passed' }
const roots: CheckSubject = { code: 'policy-root', place: inPolicy(''), expected: 'certificates that can be read' }

/** Verifies the policy envelope and reads what was signed. Every check that the ones before it allow is made. */
export async function openPolicy({ envelope, verifiers, limits, rules }: OpenOptions): Promise<OpenedPolicy> {
  const about = { digest: `sha256:${sha256Hex(envelope.payload)}`, payloadType: envelope.payloadType }
  const refused = (checks: readonly Check[], signers: readonly string[], unread: readonly CheckSubject[], reason: string): OpenedPolicy => ({
    report: { ...about, signers, checks: [...checks, ...unread.map((subject) => notEvaluated(subject, reason))] },
    expiry: () => notEvaluated(expiry, reason),
    steps: [],
    externals: [],
  })

  const signed = await checkSignature(envelope, verifiers, limits)
  const typed = checkPayloadType(envelope.payloadType, rules)
  const checks = [signed.check, typed]
  if (signed.payload === undefined) {
    return refused(checks, [], [json, document, keys, content], 'the policy is not read, since nobody vouches for it')
  }
  if (!hasPassed(typed)) {
    return refused(checks, signed.signers, [json, document, keys, content], 'what was signed does not say that it is a policy')
  }

  const parsed = parseDocument(signed.payload, limits)
  checks.push(parsed.check)
  if (parsed.value === undefined) return refused(checks, signed.signers, [document, keys, content], 'the policy could not be read')

  const all: Finding[] = []
  const members = policyShape(parsed.value, '', all)
  if (members === undefined) {
    checks.push(...all.map(fromFinding))
    return refused(checks, signed.signers, [keys, content], 'the policy could not be read')
  }
  const findings = [...all, ...missingMembers(parsed.value), ...checkRules(members), ...untrackedGlobs(members)].filter((each) => isAsked(each, rules))
  const read = await readKeys(members.publickeys)
  const authorities = readAuthorities(members)
  const compiled = await compileRego(members, { limits, distinctPackages: rules.regoPackages })
  checks.push(
    ...(findings.length > 0 ? findings.map(fromFinding) : [passed(document, 'the document is a policy', null)]),
    ...(read.findings.length > 0
      ? read.findings.map(fromFinding)
      : [passed(keys, 'each public key is what its id names', read.keys.map(({ keyid }) => keyid))]),
    ...authorities.findings.map(fromFinding),
    ...(authorities.findings.length === 0 && authorities.bundles.length + authorities.timestampAuthorities.length > 0
      ? [passed(roots, 'each certificate can be read', [...authorities.bundles, ...authorities.timestampAuthorities].map(({ id }) => id))]
      : []),
    ...(compiled.findings.length > 0 ? compiled.findings.map(fromFinding) : checkRego(compiled.rego)),
    ...aiPolicies(members).map((pointer) =>
      failed({ ...ai, place: inPolicy(pointer) }, `the policy asks a language model at ${pointer}, which is never done: what it says proves nothing`, pointer),
    ),
    checkContent(members),
  )
  const mayAsk = checks.every(hasPassed)
  const isUnread = findings.some(({ pointer }) => pointer === '/expires')
  const steps = members.steps ?? new Map<string, StepMembers>()
  const externals = members.externalAttestations ?? new Map<string, ExternalAttestationMembers>()
  return {
    report: { ...about, signers: signed.signers, checks },
    expiry: (now, clockSkew) => (isUnread ? notEvaluated(expiry, 'the time could not be read') : checkExpiry(members, now, clockSkew)),
    steps: [...steps.keys()],
    externals: [...externals].map(([name, external]) => ({ name, members: external })),
    ...(mayAsk ? { policy: { steps, externals, keys: read.keys, signersAt: evidenceSigners(read.keys, authorities), rego: compiled.rego } } : {}),
  }
}

function checkPayloadType(found: string, rules: VerifyRules): Check {
  if (!rules.policyPayloadType) return passed(payloadType, 'the payload type is not asked for', found)
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

/** Findings that a rule of the call stands for. */
function isAsked({ code, found }: Finding, rules: VerifyRules): boolean {
  if (code === 'policy-unknown-key') return rules.knownKeys
  if (code === 'policy-functionary-type') return rules.functionaryTypes
  if (code === 'policy-step-name') return found === reservedStepName ? rules.reservedNames : rules.stepNames
  if (code === 'policy-glob') return rules.trackedMaterials
  return true
}

function checkRego(compiled: ReadonlyMap<string, RegoRules>): readonly Check[] {
  const modules = [...compiled.values()].flatMap((each) => each.modules.map(({ name }) => name))
  return modules.length === 0 ? [] : [passed(rego, 'each Rego module compiles and can deny', modules)]
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

/** As in Go, `null` is the year 1. */
function checkExpiry({ expires }: PolicyMembers, now: Date, clockSkew: number): Check {
  if (expires === undefined) return failed(expiry, 'the policy says no time until which it holds, so it has expired', null)
  const found = expires.toISOString()
  return now.getTime() - clockSkew * 1000 > expires.getTime()
    ? failed(expiry, `the policy expired at ${found}; the time given is ${now.toISOString()}`, found)
    : passed(expiry, `the policy holds until ${found}`, found)
}

function fromFinding({ code, pointer, message, expected, found }: Finding): Check {
  return failed({ code, place: inPolicy(pointer), expected }, message, found)
}
