import { CilockError, compareUtf8, encodeJson, isJsonObject, parseJson } from '@cilock/core'
import type { Envelope, JsonValue, PredicateType, Verifier } from '@cilock/core'
import { argument, aTime, listOf, object, optional } from '../argument.ts'
import { anEnvelope, aType, aVerifier } from '../check-options.ts'
import { readKeys } from '../document/keys.ts'
import { missingMembers } from '../document/open-policy.ts'
import type { PolicyDocument } from '../document/policy.ts'
import type { Finding } from '../document/reader.ts'
import { below } from '../document/reader.ts'
import { checkRules, sortedEntries } from '../document/rules.ts'
import { policyShape } from '../document/shape.ts'
import type { PolicyMembers } from '../document/members.ts'
import { limitsOf } from '../limits.ts'
import type { VerifyLimits } from '../limits.ts'
import type { LintContext, LintRule } from './context.ts'
import { envelopeFindings } from './envelope.ts'
import { lintFinding } from './finding.ts'
import type { LintFinding } from './finding.ts'
import { paddingFindings } from './padding.ts'
import { attestationsRule } from './rules/attestations.ts'
import { authoritiesRule } from './rules/authorities.ts'
import { constraintsRule } from './rules/constraints.ts'
import { contentRule } from './rules/content.ts'
import { contextRule } from './rules/context.ts'
import { expiryRule } from './rules/expiry.ts'
import { externalsRule } from './rules/externals.ts'
import { functionariesRule } from './rules/functionaries.ts'
import { inputRule } from './rules/input.ts'
import { keysRule } from './rules/keys.ts'
import { linksRule } from './rules/links.ts'
import { regoRule } from './rules/rego.ts'
import { shadowRule } from './rules/shadow.ts'
import { untrackedRule } from './rules/untracked.ts'

/** What the linter may look at. */
export interface LintOptions {
  /** The attestors in use; with them, types that none of them makes are told. Default: types are not looked at. */
  readonly types?: readonly PredicateType[]
  /** The time to judge expiry by, of the policy and of its certificates. Default: times are not looked at. */
  readonly now?: Date
  /** Who should have signed the envelope. Default: signatures are not verified. */
  readonly verifiers?: readonly Verifier[]
  /** Bounds on the policy. Default: those of {@link VerifyLimits}. */
  readonly limits?: Pick<VerifyLimits, 'policyBytes' | 'policyDepth' | 'signatures'>
}

const lintOptions = object({ types: optional(listOf(aType)), now: optional(aTime), verifiers: optional(listOf(aVerifier)), limits: optional(object({})) })

const rules: readonly LintRule[] = [
  expiryRule,
  contentRule,
  keysRule,
  functionariesRule,
  constraintsRule,
  attestationsRule,
  linksRule,
  externalsRule,
  untrackedRule,
  authoritiesRule,
  regoRule,
  inputRule,
  shadowRule,
  contextRule,
]

/**
 * Looks a policy over without any evidence: what a verifier would refuse, what no evidence could satisfy, and what is
 * weaker or means something else than it seems. Nothing is thrown for a bad policy: what is wrong with it are findings.
 *
 * Everything that `cilock policy validate` reports is among them. Findings stand in the order of the document.
 *
 * @param policy - a signed policy, a document, or the bytes of one
 * @throws TypeError when the policy is none of these, or an option is of the wrong kind
 * @example
 * const findings = await lintPolicy(policy, { now: new Date() })
 * for (const { severity, message, place } of findings) console.log(`${severity} ${place.pointer}: ${message}`)
 */
export async function lintPolicy(policy: Envelope | PolicyDocument | Uint8Array, options: LintOptions = {}): Promise<readonly LintFinding[]> {
  lintOptions(options, argument('lintPolicy', 'options'))
  const limits = limitsOf(options.limits)
  const envelope = asEnvelope(policy)
  const around = await envelopeFindings(envelope, options.verifiers, limits)
  const payload = envelope?.payload ?? (policy instanceof Uint8Array ? policy : encodeJson(policy))
  const document = parse(payload, limits)
  if ('refused' in document) return [...around, document.refused]
  const findings: Finding[] = []
  const members = policyShape(document.value, '', findings)
  if (members === undefined) return [...around, ...findings.map(fromFinding)]
  const read = await readKeys(members.publickeys)
  const context: LintContext = { policy: members, keys: keyPlaces(members, read.keys), types: options.types, now: options.now }
  const inside = [
    ...[...findings, ...missingMembers(document.value), ...checkRules(members), ...read.findings].map(fromFinding),
    ...noTime(document.value),
    ...paddingFindings(document.value),
    ...empty(members),
    ...rules.flatMap((rule) => rule(context)),
  ]
  return [...around, ...inOrder(inside)]
}

function asEnvelope(policy: Envelope | PolicyDocument | Uint8Array): Envelope | undefined {
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) throw new TypeError('lintPolicy: `policy` is not an envelope, a document or the bytes of one')
  if (!('payload' in policy) || !(policy.payload instanceof Uint8Array)) return undefined
  anEnvelope(policy, argument('lintPolicy', 'policy'))
  return policy
}

function parse(payload: Uint8Array, limits: Required<VerifyLimits>): { readonly value: JsonValue } | { readonly refused: LintFinding } {
  try {
    return { value: parseJson(payload, { maxBytes: limits.policyBytes, maxDepth: limits.policyDepth }) }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    const isLimit = error.code === 'ERR_LIMIT_EXCEEDED'
    return { refused: lintFinding(isLimit ? 'limit' : 'policy-json', '', `the policy is not strict JSON: ${error.message}`, isLimit ? 'make it smaller' : 'write it as strict JSON: one value, no repeated keys, UTF-8') }
  }
}

/** Ids by which functionaries may name a key, and where the key stands; also of keys that cannot be used, which is a finding of its own. */
function keyPlaces({ publickeys }: PolicyMembers, keys: Awaited<ReturnType<typeof readKeys>>['keys']): ReadonlyMap<string, string> {
  const places = new Map<string, string>()
  const names = new Map(keys.flatMap(({ names: all }) => all.map((name) => [name, all] as const)))
  for (const [name, { keyid = '' }] of sortedEntries(publickeys)) {
    for (const id of [keyid, ...(names.get(keyid) ?? [])]) if (id !== '' && !places.has(id)) places.set(id, below('/publickeys', name))
  }
  return places
}

/** As in Go, `null` is the year 1. */
function noTime(document: JsonValue): readonly LintFinding[] {
  if (!isJsonObject(document) || document['expires'] !== null) return []
  return [lintFinding('expired', '/expires', 'the policy says no time until which it holds, so it has expired', 'write a time in RFC 3339')]
}

function empty({ steps, externalAttestations }: PolicyMembers): readonly LintFinding[] {
  if ((steps?.size ?? 0) + (externalAttestations?.size ?? 0) > 0) return []
  return [lintFinding('policy-empty', '/steps', 'the policy has no steps, so nothing could be verified', 'add a step')]
}

const fixes: Readonly<Record<string, string>> = {
  'policy-unknown-key': 'remove it, or write it as it is known',
  'policy-key-case': 'write it as it is known',
  'policy-missing-key': 'add it',
  'policy-time': 'write it as the format wants it',
  'policy-cycle': 'remove one of these edges',
  'policy-reference': 'name something that is there',
  'policy-public-key': 'embed the SPKI PEM text of the key, and call it by the SHA-256 of that text',
}

/** What a verifier refuses, told as the verifier does. */
function fromFinding({ code, pointer, message, expected }: Finding): LintFinding {
  const isRename = code === 'policy-key-case' && typeof expected === 'string'
  const fix = isRename ? `call it ${JSON.stringify(expected)}` : (fixes[code] ?? 'write what is expected there')
  return lintFinding(code as LintFinding['code'], pointer, message, fix)
}

/** By place, then by code: the order in which rules run does not show. */
function inOrder(findings: readonly LintFinding[]): readonly LintFinding[] {
  return findings.toSorted(
    (a, b) =>
      comparePointers(a.place.pointer, b.place.pointer) ||
      (a.place.position?.row ?? 0) - (b.place.position?.row ?? 0) ||
      (a.place.position?.column ?? 0) - (b.place.position?.column ?? 0) ||
      compareUtf8(a.code, b.code) ||
      compareUtf8(a.message, b.message),
  )
}

/** Token by token, positions of lists as numbers. */
function comparePointers(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one, other] = [left[index], right[index]]
    if (one === undefined || other === undefined) return left.length - right.length
    if (one === other) continue
    const areNumbers = /^\d+$/.test(one) && /^\d+$/.test(other)
    return areNumbers ? Number(one) - Number(other) : compareUtf8(one, other)
  }
  return 0
}
