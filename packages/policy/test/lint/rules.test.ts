import { materialType, productType } from '@cilock/attestor-files/type'
import { commandRunType } from '@cilock/attestor-command-run/type'
import { generateKey } from '@cilock/core'
import { lintPolicy } from '@cilock/policy/lint'
import { describe, expect, test } from 'vitest'
import { lines, lint, withRego } from '../support/lint.ts'
import type { RegoSpec } from '../support/lint.ts'
import { alice, bob, collection, keyid, mallory, policyOf, publickeys, root, sign, signPolicy, step } from '../support/world.ts'

const command = 'https://aflock.ai/attestations/command-run/v0.1'
const material = 'https://aflock.ai/attestations/material/v0.3'
const product = 'https://aflock.ai/attestations/product/v0.3'
const functionary = { type: 'publickey', publickeyid: keyid(alice) } as const
/** A step that nothing is to be said about. */
const sound = step('build', { attestations: [{ type: command }, { type: product }] })
const soundKeys = publickeys(alice)
const base = { expires: '2027-01-01T00:00:00Z', publickeys: soundKeys, steps: { build: sound } }

const inStep = (spec: Record<string, unknown>) => ({ ...base, steps: { build: { ...sound, ...spec } } })
const signedBy = (certConstraint: Record<string, unknown>) => ({
  ...inStep({ functionaries: [functionary, { type: 'root', certConstraint }] }),
  roots: { ca: { certificate: btoa('-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n') } },
  timestampauthorities: {},
})
const open = { commonname: '*', dnsnames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'], roots: ['ca'] }
const pinned = { ...open, uris: ['https://example.com/build.yml'] }

test('says nothing about a sound policy', async () => {
  expect(await lines(base)).toEqual([])
})

describe('the envelope', () => {
  test('a plain document is only noted, and refused where a signature is wanted', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(base))
    expect((await lintPolicy(bytes)).map(({ code, severity }) => [code, severity])).toEqual([['envelope-plain', 'note']])
    expect((await lintPolicy(bytes, { verifiers: [root.verifier] })).map(({ code, severity }) => [code, severity])).toEqual([['envelope-unsigned', 'error']])
  })

  test('a document object is taken as it is', async () => {
    expect((await lintPolicy(base as never)).map(({ code }) => code)).toEqual(['envelope-plain'])
  })

  test('no signature, none that verifies, another payload type', async () => {
    const signed = await signPolicy(base)
    expect(await lintPolicy(signed, { verifiers: [root.verifier] })).toEqual([])
    expect((await lintPolicy({ ...signed, signatures: [] })).map(({ code }) => code)).toEqual(['envelope-unsigned'])
    expect((await lintPolicy(signed, { verifiers: [mallory.verifier] })).map(({ code, place }) => [code, place.document, place.pointer])).toEqual([['envelope-signature', 'envelope', '/signatures']])
    expect((await lintPolicy(signed, { verifiers: [] })).map(({ code }) => code)).toEqual(['envelope-signature'])
    expect((await lintPolicy(await sign(JSON.stringify(base), [root], 'text/plain'))).map(({ code }) => code)).toEqual(['envelope-payload-type'])
  })

  test('a collection is no policy', async () => {
    const codes = (await lintPolicy(await collection())).map(({ code }) => code)
    expect(codes).toContain('envelope-payload-type')
    expect(codes).toContain('policy-unknown-key')
  })

  test.each([undefined, null, 1, 'text', []])('%j is a wrong argument', async (value) => {
    await expect(lintPolicy(value as never)).rejects.toThrow(TypeError)
  })
})

describe('what a verifier refuses is found at its place', () => {
  test.each([
    ['{', ['error policy-json ']],
    ['[]', ['error policy-value ']],
    ['{"a":1,"a":2}', ['error policy-json ']],
    [`${'['.repeat(300)}${']'.repeat(300)}`, ['error limit ']],
  ])('%s', async (text, expected) => {
    expect(await lines(text)).toEqual(expected)
  })

  test.each([
    ['an unknown key', { ...base, treshold: 2 }, 'error policy-unknown-key /treshold'],
    ['a key in another case', { ...base, Steps: {} }, 'error policy-key-case /Steps'],
    ['no time', { ...base, expires: undefined }, 'error policy-missing-key /expires'],
    ['null for a time', { ...base, expires: null }, 'error expired /expires'],
    ['what is no time', { ...base, expires: 'tomorrow' }, 'error policy-time /expires'],
    ['another name', inStep({ name: 'compile' }), 'error policy-step-name /steps/build/name'],
    ['an unknown step', inStep({ artifactsFrom: ['nope'] }), 'error policy-reference /steps/build/artifactsFrom/0'],
    ['a step that leads to itself', inStep({ attestationsFrom: ['build'] }), 'error policy-cycle /steps/build/attestationsFrom'],
    ['another functionary type', inStep({ functionaries: [{ ...functionary, type: 'key' }] }), 'error policy-functionary-type /steps/build/functionaries/0/type'],
    ['a root functionary without roots', inStep({ functionaries: [functionary, { type: 'root', certConstraint: { commonname: 'x' } }] }), 'error policy-functionary-type /steps/build/functionaries/1'],
    ['an empty window', inStep({ timestampConstraint: {} }), 'error policy-timestamp-constraint /steps/build/timestampConstraint'],
    ['an id that is not the hash of its key', { ...base, publickeys: { ...soundKeys, other: { keyid: 'other', key: soundKeys[keyid(alice)]?.key } } }, 'error policy-public-key /publickeys/other/keyid'],
    ['base64 without padding', { ...base, publickeys: { [keyid(alice)]: { keyid: keyid(alice), key: btoa(`${alice.publicKeyPem}${' '.repeat(3 - ((alice.publicKeyPem.length + 2) % 3))}`).replace(/=+$/, '') } } }, `error base64-padding /publickeys/${keyid(alice)}/key`],
  ])('%s', async (_, policy, expected) => {
    expect(await lines(policy)).toContain(expected)
  })
})

describe('time', () => {
  test.each([
    ['2020-01-01T00:00:00Z', ['error expired /expires']],
    ['2026-06-15T00:00:00Z', ['warning expires-soon /expires']],
    ['2026-07-02T00:00:00Z', []],
    ['2040-01-01T00:00:00Z', ['note expires-late /expires']],
  ])('%s, seen from 2026-06-01', async (expires, expected) => {
    expect(await lines({ ...base, expires })).toEqual(expected)
  })

  test('is not looked at where none is handed in', async () => {
    expect((await lintPolicy({ ...base, expires: '2020-01-01T00:00:00Z' })).map(({ code }) => code)).toEqual(['envelope-plain'])
  })
})

describe('content', () => {
  test.each([
    ['nothing', { expires: base.expires, publickeys: {}, steps: {} }, ['error no-trust ', 'error policy-empty /steps']],
    ['no functionary', inStep({ functionaries: [] }), ['error no-functionaries /steps/build/functionaries']],
    ['no attestation', inStep({ attestations: [] }), ['error no-attestations /steps/build/attestations']],
    ['an attestation without type', inStep({ attestations: [{ type: '' }, { type: product }] }), ['error attestation-type-missing /steps/build/attestations/0/type']],
    ['a type twice, in both forms', inStep({ attestations: [{ type: command }, { type: 'https://witness.dev/attestations/command-run/v0.1' }, { type: product }] }), ['warning attestation-repeated /steps/build/attestations/1/type']],
    ['a question to a model', inStep({ attestations: [{ type: product, aipolicies: [{ name: 'n', prompt: 'p' }] }] }), ['error ai-policy /steps/build/attestations/0/aipolicies']],
    ['types that nothing is found by', inStep({ attestations: [{ type: command }] }), ['note step-unlinked /steps/build/attestations']],
  ])('%s', async (_, policy, expected) => {
    const found = await lines(policy)
    expect(found.filter((line) => !line.includes('key-unused'))).toEqual(expected)
  })

  test('types are known from the attestors handed in, with the one that was meant', async () => {
    const types = [commandRunType, materialType, productType]
    const [finding, ...more] = await lint(inStep({ attestations: [{ type: 'https://aflock.ai/attestations/produkt/v0.3' }] }), { types })
    expect(more).toEqual([])
    expect(finding).toMatchObject({ code: 'attestation-type-unknown', severity: 'warning', fix: { edits: [{ op: 'replace', path: '/steps/build/attestations/0/type', value: product }] } })
    expect(await lines(base, { types })).toEqual([])
    expect(await lines(inStep({ attestations: [{ type: 'https://witness.dev/attestations/product/v0.1' }] }), { types })).toEqual([])
  })
})

describe('keys and functionaries', () => {
  test.each([
    ['a key that nobody names', { ...base, publickeys: publickeys(alice, bob) }, [`warning key-unused /publickeys/${keyid(bob)}`]],
    ['a key under another name', { ...base, publickeys: { release: soundKeys[keyid(alice)] } }, ['warning key-name /publickeys/release']],
    ['no key id', inStep({ functionaries: [functionary, { type: 'publickey' }] }), ['error functionary-key-missing /steps/build/functionaries/1']],
    ['an unknown key', inStep({ functionaries: [functionary, { type: 'publickey', publickeyid: keyid(mallory) }] }), ['error functionary-key-unknown /steps/build/functionaries/1/publickeyid']],
    ['one twice', inStep({ functionaries: [functionary, functionary] }), ['warning functionary-repeated /steps/build/functionaries/1']],
    ['a constraint beside a key', inStep({ functionaries: [{ ...functionary, certConstraint: { commonname: 'alice' } }] }), ['error constraint-on-key /steps/build/functionaries/0/certConstraint']],
    ['an empty constraint beside a key, as Go writes it', inStep({ functionaries: [{ ...functionary, certConstraint: { commonname: '', dnsnames: null, extensions: { Issuer: '' } } }] }), []],
  ])('%s', async (_, policy, expected) => {
    expect(await lines(policy)).toEqual(expected)
  })

  test('the key that was meant is named where it can be told', async () => {
    const found = await lint(inStep({ functionaries: [{ type: 'publickey', publickeyid: keyid(alice).slice(0, 16) }] }))
    expect(found.find(({ code }) => code === 'functionary-key-unknown')).toMatchObject({ code: 'functionary-key-unknown', fix: { edits: [{ value: keyid(alice) }] } })
  })
})

describe('certificates', () => {
  const found = async (constraint: Record<string, unknown>): Promise<readonly string[]> => {
    const all = await lines(signedBy(constraint))
    return all.filter((line) => line.includes('/certConstraint') && !line.includes('timestamp'))
  }
  const at = '/steps/build/functionaries/1/certConstraint'

  test.each([
    ['whom it means', pinned, []],
    ['an extension', { ...open, extensions: { Issuer: 'https://example.com' } }, []],
    ['nothing at all', open, [`warning constraint-wildcard ${at}`]],
    ['stars in other words', { ...open, commonname: '**', extensions: { Issuer: '*' } }, [`warning constraint-wildcard ${at}`]],
    ['no common name', { ...pinned, commonname: '' }, [`error constraint-empty ${at}/commonname`]],
    ['an empty list', { ...pinned, emails: [] }, [`error constraint-empty ${at}/emails`]],
    ['a list that is not there', { ...pinned, dnsnames: null }, [`error constraint-empty ${at}/dnsnames`]],
    ['a list of nothing', { ...pinned, organizations: [''] }, [`error constraint-empty ${at}/organizations`]],
    ['a control character', { ...pinned, emails: ['a\u0007@example.com'] }, [`error constraint-unprintable ${at}/emails/0`]],
    ['a space that is none', { ...pinned, emails: ['a\u00a0@example.com'] }, [`error constraint-unprintable ${at}/emails/0`]],
    ['a pattern that is none', { ...pinned, emails: ['{a@example.com,['] }, [`error constraint-glob ${at}/emails/0`]],
    ['a query', { ...pinned, uris: ['https://example.com/a?b'] }, [`warning constraint-glob-by-accident ${at}/uris/0`]],
    ['an extension that is no pattern', { ...pinned, extensions: { SourceRepositoryURI: 'https://[' } }, [`error constraint-glob ${at}/extensions/SourceRepositoryURI`]],
    ['what is no object identifier', { ...pinned, requiredpolicyoids: [' 1.2.3 ', '1..2'] }, [`error constraint-oid ${at}/requiredpolicyoids/1`]],
    ['a root that is not there', { ...pinned, roots: ['cb'] }, [`error functionary-root-unknown ${at}/roots/0`]],
    ['any root', { ...pinned, roots: ['*'] }, []],
  ])('%s', async (_, constraint, expected) => {
    expect(await found(constraint)).toEqual(expected)
  })

  test('a signer with a certificate needs a timestamp authority, and an authority needs such a signer', async () => {
    expect(await lines(signedBy(pinned))).toContain('error timestamp-authority-missing /steps/build/functionaries/1')
    expect(await lines({ ...base, timestampauthorities: { tsa: { certificate: '' } } })).toContain('warning timestamp-authority-unused /timestampauthorities')
  })

  test('a root that nobody names, and one that is no certificate', async () => {
    const policy = { ...base, roots: { ca: { certificate: btoa(alice.publicKeyPem) } } }
    expect(await lines(policy)).toEqual(['warning root-unused /roots/ca', 'error root-invalid /roots/ca/certificate'])
  })
})

describe('what leads where', () => {
  const chain = (fetch: readonly string[], build: readonly string[]) => ({
    ...base,
    steps: {
      fetch: step('fetch', { attestations: fetch.map((type) => ({ type })) }),
      build: step('build', { attestations: build.map((type) => ({ type })), artifactsFrom: ['fetch'] }),
    },
  })

  test('files that no attestation records', async () => {
    expect(await lines(chain([product], [material, product]))).toEqual([])
    expect(await lines(chain([product], [product]))).toEqual(['warning artifacts-unrecorded /steps/build/artifactsFrom/0'])
    expect((await lines(chain([command], [material]))).filter((line) => !line.startsWith('note'))).toEqual(['warning artifacts-unrecorded /steps/build/artifactsFrom/0'])
  })

  test('files that need no upstream', async () => {
    expect(await lines(inStep({ allowedUntracked: ['*.log'] }))).toEqual(['warning untracked-without-effect /steps/build/allowedUntracked'])
    const policy = (allowedUntracked: readonly string[]) => ({ ...base, steps: { fetch: step('fetch', { attestations: [{ type: product }] }), build: step('build', { attestations: [{ type: material }], artifactsFrom: ['fetch'], allowedUntracked }) } })
    expect(await lines(policy(['*.log', 'a/**']))).toEqual([])
    expect(await lines(policy(['**']))).toEqual(['warning untracked-anything /steps/build/allowedUntracked/0'])
    expect(await lines(policy(['[', '/abs', './a', 'dir/', '', 'a//b']))).toEqual([
      'error untracked-glob /steps/build/allowedUntracked/0',
      ...[1, 2, 3, 4, 5].map((index) => `warning untracked-matches-nothing /steps/build/allowedUntracked/${index}`),
    ])
  })

  test('external attestations', async () => {
    const external = (spec: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({ ...base, ...rest, externalAttestations: { slsa: { name: 'slsa', predicateType: 'https://slsa.dev/provenance/v1', functionaries: [functionary], ...spec } } })
    expect(await lines(external({}))).toEqual([])
    expect(await lines(external({}, { steps: {} }))).toEqual(['note no-steps /steps'])
    expect(await lines(external({ name: 'other' }))).toEqual(['note external-name /externalAttestations/slsa/name'])
    expect(await lines(external({ predicateType: '' }))).toEqual(['error external-type-missing /externalAttestations/slsa/predicateType'])
    expect(await lines(external({ predicateType: 'https://aflock.ai/attestation-collection/v0.1' }))).toEqual(['error external-type-collection /externalAttestations/slsa/predicateType'])
    expect(await lines(external({ required: false }))).toEqual(['warning external-without-effect /externalAttestations/slsa'])
    expect(await lines(external({ functionaries: [] }))).toContain('error no-functionaries /externalAttestations/slsa/functionaries')
    expect(await lines(external({ aipolicies: [{ name: 'n', prompt: 'p' }] }))).toEqual(['error ai-policy /externalAttestations/slsa/aipolicies'])
  })
})

describe('Rego', () => {
  const at = '/steps/build/attestations/0/regopolicies'
  const rego = async (...modules: readonly RegoSpec[]): Promise<readonly string[]> => lines({ ...base, ...withRego(...modules) })

  test.each([
    ['a rule', 'package p\ndeny[m] { input.exitcode != 0; m := "x" }', []],
    ['a rule of v1', 'package p\nimport rego.v1\ndeny contains "x" if input.exitcode != 0', []],
    ['what does not parse', 'package p\ndeny[', [`error rego-invalid ${at}/0/module:2:5`, `error rego-invalid ${at}/0/module:2:5`]],
    ['an unknown function', 'package p\ndeny[m] { m := nope(1) }', [`error rego-invalid ${at}/0/module:2:16`]],
    ['the network', 'package p\ndeny[m] { m := http.send({"method": "get", "url": "http://x"}).body }', [`error rego-invalid ${at}/0/module:2:16`]],
    ['no deny', 'package p\nallow { true }', [`error rego-no-deny ${at}/0/module`]],
    ['another name', 'package p\n\nviolation[m] { m := "x" }', [`error rego-no-deny ${at}/0/module:3:1`]],
    ['a misspelt name', 'package p\ndney[m] { m := "x" }', [`error rego-no-deny ${at}/0/module:2:1`]],
    ['a text', 'package p\ndeny = "x"', [`error rego-deny-value ${at}/0/module:2:1`]],
    ['false by default', 'package p\ndefault deny = false', [`error rego-deny-value ${at}/0/module:2:1`]],
    ['a function', 'package p\ndeny(x) = y { y := x }', [`error rego-deny-value ${at}/0/module:2:1`]],
    ['what never holds', 'package p\ndeny[m] { false; m := "x" }', [`warning rego-never-denies ${at}/0/module:2:1`]],
    ['an empty list', 'package p\ndeny = []', [`warning rego-never-denies ${at}/0/module:2:1`]],
    ['input of a wrapped step', 'package p\ndeny[m] { input.attestation.exitcode != 0; m := "x" }', [`error rego-wrapped-input ${at}/0/module:2:11`]],
  ])('%s', async (_, module, expected) => {
    expect(await rego(module)).toEqual(expected)
  })

  test('no module, no name, a name twice, a package twice', async () => {
    const module = 'package p\ndeny[m] { input.exitcode != 0; m := "x" }'
    expect(await rego({ name: 'a', module: '' })).toEqual([`error rego-module-missing ${at}/0/module`])
    expect(await rego({ name: '', module })).toEqual([`warning rego-name-missing ${at}/0/name`])
    expect(await rego({ name: 'a', module }, { name: 'a', module: module.replace('p', 'q') })).toContain(`error rego-repeated-name ${at}/1/name`)
    expect(await rego(module, module)).toEqual([`error rego-repeated-package ${at}/1/module`])
  })

  test('modules of one list know each other', async () => {
    expect(await rego('package p\ndeny[m] { data.q.bad; m := "x" }', 'package q\nbad { input.exitcode != 0 }\ndeny[m] { bad; m := "y" }')).toEqual([])
  })

  test('bytes that are no UTF-8', async () => {
    const policy = withRego('x')
    const text = JSON.stringify({ ...policyOf({ ...base, ...policy }) }).replace(btoa('x'), '/w==')
    expect(await lines(text)).toEqual([`error rego-invalid ${at}/0/module`])
  })

  test('input of a step that sees others', async () => {
    const modules = [{ name: 'p', module: btoa('package p\ndeny[m] { input.exitcode != 0; input.steps.fetch; m := input.attestation.cmd[0] }') }]
    const policy = { ...base, steps: { fetch: step('fetch', { attestations: [{ type: product }] }), build: step('build', { attestations: [{ type: product, regopolicies: modules }], attestationsFrom: ['fetch'] }) } }
    expect(await lines(policy)).toEqual(['error rego-bare-input /steps/build/attestations/0/regopolicies/0/module:2:11'])
  })

  test('a step that sees others and does not look', async () => {
    const modules = [{ name: 'p', module: btoa('package p\ndeny[m] { input.attestation.cmd; m := "x" }') }]
    const policy = { ...base, steps: { fetch: step('fetch', { attestations: [{ type: product }] }), build: step('build', { attestations: [{ type: product, regopolicies: modules }], attestationsFrom: ['fetch'] }) } }
    expect(await lines(policy)).toEqual(['warning context-unread /steps/build/attestationsFrom'])
  })
})

test('a new key is known only where the policy has it', async () => {
  const stranger = await generateKey('ed25519')
  expect(await lines(inStep({ functionaries: [{ type: 'publickey', publickeyid: keyid(stranger) }] }))).toEqual([`warning key-unused /publickeys/${keyid(alice)}`, 'error functionary-key-unknown /steps/build/functionaries/0/publickeyid'])
})
