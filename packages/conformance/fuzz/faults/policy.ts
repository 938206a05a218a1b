import { encodeUtf8 } from '@cilock/core'
import { encoded } from '../make-draft.ts'
import { always, attestations, functionaries, modules, of, ruled, steps } from './fault.ts'
import type { Faults } from './fault.ts'

const constrained = (constraint: unknown) => of(steps, (step) => Object.assign(step, { timestampConstraint: constraint }))
const text = (change: (text: string) => string) => always(({ policyTexts }) => policyTexts.push(change))

/** What can be wrong with a policy's document. */
export const policyFaults: Faults = {
  'policy-expired': always(({ policy }) => (policy.expires = '2020-01-01T00:00:00Z')),
  'policy-expires-missing': always(({ policy }) => Object.assign(policy, { expires: undefined })),
  'policy-expires-number': always(({ policy }) => Object.assign(policy, { expires: 5 })),
  'policy-expires-odd': always(({ policy }, random) => (policy.expires = random.pick(['2048-01-01', '2048-01-01 00:00:00Z', '', 'never', '2048-02-30T00:00:00Z', '2048-01-01T00:00:00']))),
  'policy-expires-dialect': always(({ policy }, random) => (policy.expires = random.pick(['2048-01-01T0:00:00Z', '2048-01-01T00:00:00,5Z']))),
  'policy-without-steps': always(({ policy }) => {
    policy.steps = {}
    delete policy.externalAttestations
  }),
  'policy-steps-null': always(({ policy }) => Object.assign(policy, { steps: null, externalAttestations: null })),
  'policy-steps-list': always(({ policy }) => Object.assign(policy, { steps: [] })),
  'policy-null': text(() => 'null'),
  'policy-list': text(() => '[]'),
  'policy-empty-object': text(() => '{}'),
  'policy-truncated': text((json) => json.slice(0, -5)),
  'policy-trailing': text((json) => `${json} {}`),
  'policy-unknown-key': of(steps, (step) => Object.assign(step, { artifactFrom: [] })),
  'policy-duplicate-key': text((json) => json.replace('{', '{"expires":"2047-01-01T00:00:00Z",')),
  'policy-key-in-other-case': text((json) => json.replace('"expires"', '"Expires"')),
  'policy-invalid-unicode': text((json) => json.replace('"steps"', String.raw`"note":"\ud800","steps"`)),
  'step-name-other': of(steps, (step) => (step.name = 'other')),
  'step-name-empty': of(steps, (step) => (step.name = '')),
  'step-key-other': always(({ policy }) => {
    const [first] = Object.entries(policy.steps)
    if (first === undefined) return false
    const [name, step] = first
    delete policy.steps[name]
    policy.steps['renamed'] = step
    return true
  }),
  'attestations-from-self': of(steps, (step) => (step.attestationsFrom = [step.name])),
  'attestations-from-unknown': of(steps, (step) => (step.attestationsFrom = ['nowhere'])),
  'attestations-from-circle': always(({ policy }) => {
    const [first, second] = Object.values(policy.steps)
    if (first === undefined || second === undefined) return false
    first.attestationsFrom = [second.name]
    second.attestationsFrom = [first.name]
    return true
  }),
  'artifacts-from-unknown': of(steps, (step) => (step.artifactsFrom = ['nowhere'])),
  'artifacts-from-self': of(steps, (step) => (step.artifactsFrom = [step.name])),
  'external-from-unknown': of(steps, (step) => (step.externalFrom = ['nowhere'])),
  'key-id-other': always(({ policy }, random) => {
    const id = random.pick(Object.keys(policy.publickeys))
    Object.assign(policy.publickeys[id] ?? {}, { keyid: 'f'.repeat(64) })
  }),
  'key-junk': of(({ policy }) => Object.values(policy.publickeys), (key) => (key.key = encoded('no key'))),
  'key-no-base64': of(({ policy }) => Object.values(policy.publickeys), (key) => (key.key = '***')),
  'key-private': of(({ policy }) => Object.values(policy.publickeys), (key) => (key.key = encoded('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'))),
  'root-junk': always(({ policy }) => (policy.roots['junk'] = { certificate: encoded('no certificate') })),
  'authority-junk': always(({ policy }) => (policy.timestampauthorities['junk'] = { certificate: encoded('no certificate') })),
  'functionary-type-odd': of(functionaries, (functionary) => (functionary.type = 'key')),
  'functionaries-none': of(steps, (step) => (step.functionaries = [])),
  'functionary-empty': of(steps, (step) => (step.functionaries = [{ type: 'publickey', publickeyid: '' }])),
  'functionary-other': of(steps, (step, { people }) => (step.functionaries = [{ type: 'publickey', publickeyid: people.bystander.signer.keyid }])),
  'functionary-unknown': of(steps, (step) => (step.functionaries = [{ type: 'publickey', publickeyid: 'e'.repeat(64) }])),
  'key-with-constraint': of(functionaries, (functionary) => (functionary.publickeyid === undefined ? false : (functionary.certConstraint = { commonname: 'builder', roots: ['ca'] }))),
  'attestations-none': of(steps, (step) => (step.attestations = [])),
  'attestation-unknown': of(steps, (step) => step.attestations.push({ type: 'https://example.com/unheard/v1' })),
  'attestation-other-version': of(attestations, (attestation) => (attestation.type = attestation.type.replace(/v0\.\d$/, 'v0.9'))),
  'ai-policy': of(attestations, (attestation) => Object.assign(attestation, { aipolicies: [{ name: 'judge', prompt: 'is it good?' }] })),
  'timestamp-constraint-empty': constrained({}),
  'timestamp-constraint-negative': constrained({ maxAge: '-1h' }),
  'timestamp-constraint-odd': constrained({ maxAge: 'soon' }),
  'timestamp-constraint-inverted': constrained({ notBefore: '2026-06-02T00:00:00Z', notAfter: '2026-06-01T00:00:00Z' }),
  'timestamp-constraint-passed': constrained({ notBefore: '2026-06-02T00:00:00Z' }),
  'timestamp-constraint-met': constrained({ notAfter: '2027-06-02T00:00:00Z' }),
  'rego-no-base64': of(modules, (module) => (module.module = '***')),
  'rego-syntax': of(modules, (module) => (module.module = encoded('package broken\ndeny[m] { '))),
  'rego-without-deny': of(modules, (module) => (module.module = encoded('package misspelt\ndenied["x"] { true }'))),
  'rego-denies': of(modules, (module) => (module.module = encoded('package no\ndeny["never"] { true }'))),
  'rego-denies-object': of(modules, (module) => (module.module = encoded('package no\ndeny = {"a": 1} { true }'))),
  'rego-denies-text': of(modules, (module) => (module.module = encoded('package no\ndeny = "never" { true }'))),
  'rego-denies-number': of(modules, (module) => (module.module = encoded('package no\ndeny[7] { true }'))),
  'rego-empty-list': of(modules, (module) => (module.module = encoded('package yes\ndeny = [] { true }'))),
  'rego-built-in-fails': of(modules, (module) => (module.module = encoded('package fails\ndeny[m] { m := to_number("x") }'))),
  'rego-blocked-built-in': of(modules, (module) => (module.module = encoded('package blocked\ndeny[m] { http.send({"method": "get", "url": "http://127.0.0.1:1"}); m := "sent" }'))),
  'rego-recursion': of(modules, (module) => (module.module = encoded('package round\na { b }\nb { a }\ndeny["x"] { a }'))),
  'rego-same-package': of(ruled, ({ regopolicies = [] }) => regopolicies.push({ name: 'second.rego', module: regopolicies[0]?.module ?? '' })),
  'rego-same-name': of(ruled, ({ regopolicies = [] }) => regopolicies.push({ name: regopolicies[0]?.name ?? '', module: encoded('package second\ndeny["second"] { false }') })),
}

/** What can be wrong with how a policy is signed, and brought. */
export const policySignatureFaults: Faults = {
  'policy-signer-other': always((draft) => (draft.policySigners = [draft.people.mallory.signer])),
  'policy-signatures-none': always(({ policyEnvelopes }) => policyEnvelopes.push((envelope) => ({ ...envelope, signatures: [] }))),
  'policy-payload-bit': always(({ policyEnvelopes }) => policyEnvelopes.push((envelope) => ({ ...envelope, payload: encodeUtf8(`${new TextDecoder().decode(envelope.payload)} `) }))),
  'policy-payload-type-changed': always(({ policyEnvelopes }) => policyEnvelopes.push((envelope) => ({ ...envelope, payloadType: 'application/json' }))),
  'policy-payload-type-signed': always((draft) => (draft.policyPayloadType = 'application/vnd.in-toto+json')),
  'policy-signature-cut': always(({ policyEnvelopes }) => policyEnvelopes.push((envelope) => ({ ...envelope, signatures: envelope.signatures.map((signature) => ({ ...signature, sig: signature.sig.slice(0, -1) })) }))),
  'policy-file-truncated': always(({ policyFiles }) => policyFiles.push((json) => json.slice(0, -20))),
  'policy-file-duplicate-key': always(({ policyFiles }) => policyFiles.push((json) => json.replace('{', '{"payload":"",'))),
  'policy-file-unpadded': always(({ policyFiles }) => policyFiles.push((json) => json.replace(/=+"/g, '"'))),
}
