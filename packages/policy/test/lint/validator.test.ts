import { describe, expect, it } from 'vitest'
import { lintPolicy } from '@cilock/policy/lint'
import type { LintOptions } from '@cilock/policy/lint'
import { encodeJson, encodeUtf8 } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { alice, keyid, mallory, now, policyOf, root, sign, signPolicy, step } from '../support/world.ts'

const type = 'https://aflock.ai/attestations/command-run/v0.1'
const inStep = (spec: object): Record<string, unknown> => policyOf({ steps: { build: { ...step('build'), ...spec } } })
const functionary = (spec: object): Record<string, unknown> => inStep({ functionaries: [{ type: 'publickey', publickeyid: keyid(alice), ...spec }] })
const rego = (spec: object): Record<string, unknown> => inStep({ attestations: [{ type, regopolicies: [{ name: 'a.rego', module: btoa('package a\ndeny["x"] { input.exitcode != 0 }'), ...spec }] }] })
const twoSteps = (first: object, second: object): Record<string, unknown> => policyOf({ steps: { a: { ...step('a'), ...first }, b: { ...step('b'), ...second } } })
const key = (spec: object): Record<string, unknown> => policyOf({ publickeys: { [keyid(alice)]: { keyid: keyid(alice), key: btoa(alice.publicKeyPem), ...spec } } })
const { expires: _expires, ...withoutExpires } = policyOf()
const { steps: _steps, ...withoutSteps } = policyOf()

/** What the validator of the Go tool looks at, each row once, and the code and place of what is found here. */
const rows: readonly (readonly [row: string, document: unknown, code: string, pointer: string])[] = [
  ['an expired policy', policyOf({ expires: '2020-01-01T00:00:00Z' }), 'expired', '/expires'],
  ['a payload of the wrong types', policyOf({ steps: [] }), 'policy-value', '/steps'],
  ['no expires', withoutExpires, 'policy-missing-key', '/expires'],
  ['expires that is no time', policyOf({ expires: 'soon' }), 'policy-time', '/expires'],
  ['no steps', withoutSteps, 'policy-empty', '/steps'],
  ['neither keys nor roots', policyOf({ publickeys: {} }), 'no-trust', ''],
  ['a name that is not the key', policyOf({ steps: { build: step('other') } }), 'policy-step-name', '/steps/build/name'],
  ['no functionaries', inStep({ functionaries: [] }), 'no-functionaries', '/steps/build/functionaries'],
  ['no attestations', inStep({ attestations: [] }), 'no-attestations', '/steps/build/attestations'],
  ['an attestation without a type', inStep({ attestations: [{}] }), 'attestation-type-missing', '/steps/build/attestations/0/type'],
  ['a functionary of another type', functionary({ type: 'key' }), 'policy-functionary-type', '/steps/build/functionaries/0/type'],
  ['a key functionary without a key id', functionary({ publickeyid: '' }), 'functionary-key-missing', '/steps/build/functionaries/0'],
  ['a key id that the policy does not have', functionary({ publickeyid: 'f'.repeat(64) }), 'functionary-key-unknown', '/steps/build/functionaries/0/publickeyid'],
  ['a root functionary without roots', functionary({ type: 'root', publickeyid: '', certConstraint: { commonname: 'x' } }), 'policy-functionary-type', '/steps/build/functionaries/0'],
  ['a root that the policy does not have', functionary({ type: 'root', publickeyid: '', certConstraint: { commonname: 'x', roots: ['nowhere'] } }), 'functionary-root-unknown', '/steps/build/functionaries/0/certConstraint/roots/0'],
  ['attestationsFrom an unknown step', inStep({ attestationsFrom: ['nowhere'] }), 'policy-reference', '/steps/build/attestationsFrom/0'],
  ['artifactsFrom an unknown step', inStep({ artifactsFrom: ['nowhere'] }), 'policy-reference', '/steps/build/artifactsFrom/0'],
  ['attestationsFrom itself', inStep({ attestationsFrom: ['build'] }), 'policy-cycle', '/steps/build/attestationsFrom'],
  ['artifactsFrom itself', inStep({ artifactsFrom: ['build'] }), 'policy-cycle', '/steps/build/artifactsFrom'],
  ['attestationsFrom in a circle', twoSteps({ attestationsFrom: ['b'] }, { attestationsFrom: ['a'] }), 'policy-cycle', '/steps/a/attestationsFrom'],
  ['artifactsFrom in a circle', twoSteps({ artifactsFrom: ['b'] }, { artifactsFrom: ['a'] }), 'policy-cycle', '/steps/a/artifactsFrom'],
  ['a key under another id', key({ keyid: 'f'.repeat(64) }), 'key-name', `/publickeys/${keyid(alice)}`],
  ['a key that is no base64', key({ key: '***' }), 'policy-value', `/publickeys/${keyid(alice)}/key`],
  ['a root without a certificate', policyOf({ roots: { ca: {} } }), 'root-invalid', '/roots/ca/certificate'],
  ['a root that is no base64', policyOf({ roots: { ca: { certificate: '***' } } }), 'policy-value', '/roots/ca/certificate'],
  ['a rule without a name', rego({ name: '' }), 'rego-name-missing', '/steps/build/attestations/0/regopolicies/0/name'],
  ['a rule without a module', rego({ module: '' }), 'rego-module-missing', '/steps/build/attestations/0/regopolicies/0/module'],
  ['a module that is no base64', rego({ module: '***' }), 'policy-value', '/steps/build/attestations/0/regopolicies/0/module'],
  ['a module that does not parse', rego({ module: btoa('package a\ndeny[') }), 'rego-invalid', '/steps/build/attestations/0/regopolicies/0/module'],
]

const places = async (policy: Envelope | Uint8Array, options: LintOptions = {}): Promise<readonly string[]> => (await lintPolicy(policy, { now, ...options })).map(({ code, place }) => `${code} ${place.pointer}`)

describe('T223: each row of the validator of the Go tool', () => {
  it.each(rows)('%s', async (_row, document, code, pointer) => {
    expect(await places(encodeJson(document as never))).toContain(`${code} ${pointer}`)
  })
  it.each(['', '{'])('a payload that is no JSON: %j', async (text) => {
    expect(await places(await signPolicy(text))).toContain('policy-json ')
  })
  it('another payload type, no signatures, a signature that is wanted and not there, or of somebody else', async () => {
    const signed = await signPolicy(policyOf())
    expect(await places(await sign(encodeUtf8(JSON.stringify(policyOf())), [root], 'text/plain'))).toContain('envelope-payload-type /payloadType')
    expect(await places({ ...signed, signatures: [] })).toContain('envelope-unsigned /signatures')
    expect(await places({ ...signed, signatures: [] }, { verifiers: [root.verifier] })).toContain('envelope-unsigned /signatures')
    expect(await places(signed, { verifiers: [mallory.verifier] })).toContain('envelope-signature /signatures')
  })
})
