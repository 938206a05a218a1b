import { encodeUtf8, inTotoPayloadType, signEnvelope } from '@cilock/core'
import type { Envelope, GeneratedKey, Source } from '@cilock/core'
import { verificationSummary, verificationSummaryType } from '@cilock/policy'
import { describe, expect, it } from 'vitest'
import { alice, app, bob, cause, collection, hex, judge, keyid, mallory, now, policyOf, sign, signPolicy } from '../support/world.ts'
import { moduleOf } from '../support/rego.ts'

const gateId = 'https://ci.example.com/gate'
const earlierPolicy = await signPolicy(policyOf())
const accepted = await judge({ policyEnvelope: earlierPolicy })
const refused = await judge({ policyEnvelope: earlierPolicy, evidence: [] })

/** What a later policy has to ask of a summary: each line is one of the lies below. */
const rego = `package gate
deny["verifier"] { input.verifier.id != "${gateId}" }
deny["verifier"] { not input.verifier.id }
deny["result"] { input.verificationResult != "PASSED" }
deny["result"] { not input.verificationResult }
deny["resource"] { input.resourceUri != "${app}" }
deny["resource"] { not input.resourceUri }
deny["policy"] { input.policy.digest.sha256 != "${accepted.policy.digest.slice('sha256:'.length)}" }
deny["policy"] { not input.policy.digest.sha256 }
deny["time"] { not input.timeVerified }
deny["time"] { time.parse_rfc3339_ns(input.timeVerified) > time.now_ns() }
`

const later = policyOf({ steps: {}, externalAttestations: { gate: { name: 'gate', predicateType: verificationSummaryType, functionaries: [{ type: 'publickey', publickeyid: keyid(alice) }], regopolicies: [moduleOf('gate.rego', rego)] } } })
const lying = (envelope: Envelope): Source => ({ search: async () => [{ envelope, reference: 'summary' }] })

interface SummaryJson {
  predicateType: string
  subject: { name: string; digest: Record<string, string> }[]
  predicate: Record<string, unknown>
}

/** A summary that was changed by somebody, and signed. */
async function summary(change: (statement: SummaryJson) => void = () => undefined, signers: readonly GeneratedKey[] = [alice], report = accepted): Promise<Envelope> {
  const statement = JSON.parse(new TextDecoder().decode(verificationSummary(report, { verifier: gateId }))) as SummaryJson
  change(statement)
  return signEnvelope({ payload: encodeUtf8(JSON.stringify(statement)), payloadType: inTotoPayloadType, signers: signers.map(({ signer }) => signer) })
}

const denied = 'rego ERR_REGO_DENIED'

describe.each(['strict', 'compat'] as const)('a summary of an earlier verification (%s)', (rules) => {
  const verdict = async (envelope: Envelope): Promise<string> => cause(await judge({ policy: later, rules, source: lying(envelope) }))

  it('lets through what it speaks about', async () => {
    expect(await verdict(await summary())).toBe('passed')
  })

  it.each<readonly [string, (statement: SummaryJson) => void, string]>([
    ['another verifier', ({ predicate }) => (predicate['verifier'] = { id: 'https://evil.test/gate' }), denied],
    ['no verifier', ({ predicate }) => delete predicate['verifier'], denied],
    ['FAILED as its result', ({ predicate }) => (predicate['verificationResult'] = 'FAILED'), denied],
    ['a result in other letters', ({ predicate }) => (predicate['verificationResult'] = 'passed'), denied],
    ['a result in a key of other letters', ({ predicate }) => Object.assign(predicate, { VerificationResult: 'PASSED', verificationResult: 'FAILED' }), denied],
    ['another resource', ({ predicate }) => (predicate['resourceUri'] = `sha256:${hex('other')}`), denied],
    ['the digest of another policy', ({ predicate }) => (predicate['policy'] = { uri: 'x', digest: { sha256: hex('other policy') } }), denied],
    ['no policy', ({ predicate }) => delete predicate['policy'], denied],
    ['a time that has not come', ({ predicate }) => (predicate['timeVerified'] = new Date(now.getTime() + 1000).toISOString()), denied],
    ['no time', ({ predicate }) => delete predicate['timeVerified'], denied],
    ['a time that is none', ({ predicate }) => (predicate['timeVerified'] = 'always'), 'rego-error ERR_REGO_FAILED'],
    ['subjects of another artifact', (statement) => (statement.subject = [{ name: app, digest: { sha256: hex('other') } }]), 'subject ERR_SUBJECT_MISMATCH'],
    ['no subjects', (statement) => (statement.subject = []), 'subject ERR_SUBJECT_MISMATCH'],
    ['the artifact’s digest by an algorithm that anybody can make collide', (statement) => (statement.subject = [{ name: app, digest: { sha1: hex('app').slice(0, 40) } }]), 'subject ERR_SUBJECT_MISMATCH'],
    ['another predicate type', (statement) => (statement.predicateType = `${verificationSummaryType}/`), 'evidence-predicate-type ERR_EVIDENCE_PREDICATE_TYPE'],
    ['its predicate type in other letters', (statement) => (statement.predicateType = verificationSummaryType.toUpperCase()), 'evidence-predicate-type ERR_EVIDENCE_PREDICATE_TYPE'],
  ])('with %s is refused, though the gate signed it', async (_, change, expected) => {
    expect(await verdict(await summary(change))).toBe(expected)
  })

  it('of a refusal is refused', async () => {
    expect(refused.verdict).toBe('failed')
    expect(await verdict(await summary(undefined, [alice], refused))).toBe(denied)
  })

  it('counts by the one who may sign it', async () => {
    expect(await verdict(await summary(undefined, [bob]))).toBe('functionary ERR_FUNCTIONARY_MISMATCH')
    expect(await verdict(await summary(undefined, [mallory]))).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
    const [good, bad] = [await summary(), await summary(({ predicate }) => (predicate['resourceUri'] = 'x'))]
    expect(await verdict({ ...bad, signatures: good.signatures })).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
  })

  it('with a key twice is refused, whichever of the two would pass', async () => {
    const text = new TextDecoder().decode((await summary()).payload)
    for (const results of ['"verificationResult":"FAILED","verificationResult":"PASSED"', '"verificationResult":"PASSED","verificationResult":"FAILED"']) {
      expect(await verdict(await sign(text.replace('"verificationResult":"PASSED"', results), [alice], inTotoPayloadType))).toBe('evidence-statement ERR_EVIDENCE_STATEMENT')
    }
  })

  it('is no collection of a step, nor is a collection one of these', async () => {
    expect(cause(await judge({ rules, source: lying(await summary()) }))).toBe('evidence-predicate-type ERR_EVIDENCE_PREDICATE_TYPE')
    expect(await verdict(await collection())).toBe('evidence-predicate-type ERR_EVIDENCE_PREDICATE_TYPE')
  })
})
