import { CilockError } from '@cilock/core'
import { createVerifier, definePolicy, draftPolicy, errorCodeOf, evaluate, firstCause, policySigner, signPolicy, verificationSummary, verify } from '@cilock/policy'
import { describeEdit, editPolicy, explain, proposeChange } from '@cilock/policy/explain'
import { lintPolicy } from '@cilock/policy/lint'
import { readReport, renderHtml, renderJson, renderMarkdown, renderText, reportDocument } from '@cilock/policy/render'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rootPem } from './support/certificate.ts'
import { alice, collection, judge, mallory, options, policyOf, ran, root, signPolicy as signed } from './support/world.ts'

/** What an engine says of a value that it stumbled over; whoever called is not told which argument was wrong. */
const ofTheEngine = /Cannot (read|destructure|convert|use|set|access|mix|assign)|is not (iterable|a function|defined|an Object|a constructor)|undefined is|null is|object null|Invalid array length|Reduce of empty|is not callable|toString|Symbol\(/

const ofOurs = /^[\w.]+: `|^limits\.|^rules/

const odd: readonly unknown[] = [undefined, null, 0, -1, Number.NaN, 1e9, true, '', 'x', '__proto__', Symbol.iterator, 10n, () => undefined, [], [null], [undefined], ['x'], [[]], [{}], {}, { a: null }, { length: 3 }, new Map(), new Date(Number.NaN), new Uint8Array(3), Object.create(null)]

const world = await options()
const passed = await judge()
const refused = await judge({ evidence: [await collection({ signers: [mallory], attestations: [ran] })] })
const document = policyOf()
const definition = {
  expires: new Date('2031-01-31T00:00:00Z'),
  roots: { ca: { certificate: rootPem, intermediates: [rootPem] } },
  timestampAuthorities: { tsa: { certificate: rootPem } },
  externals: { review: { predicateType: 'https://example.com/review/v1', functionaries: [alice.verifier], rego: 'package r\ndeny["x"] { input.no }', required: false } },
  steps: {
    build: {
      functionaries: [alice.verifier, { roots: ['ca'], commonName: 'x', dnsNames: ['*'], emails: ['a@b'], organizations: ['o'], uris: ['u'], extensions: { Issuer: 'i' }, requiredPolicyOids: ['1.2'] }],
      attestations: ['https://example.com/a', { type: 'https://example.com/b', rego: { 'b.rego': 'package b\ndeny["x"] { input.no }' } }],
      externalFrom: ['review'],
      allowedUntracked: ['*'],
      signedWithin: { notBefore: new Date(0), notAfter: new Date(1), maxAge: '1h' },
    },
  },
}
const edit = { kind: 'add-certificate', step: 'build', certConstraint: { commonname: '*', dnsnames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'], roots: ['ca'], extensions: { Issuer: 'i' } } }
const changes = [{ edits: [edit], sentence: 's', tried: true }]

/** Each function with arguments that are right. */
const calls: Readonly<Record<string, { readonly of: (...given: never[]) => unknown; readonly given: readonly unknown[] }>> = {
  evaluate: { of: evaluate, given: [{ ...world, limits: { signatures: 3 }, rules: { preset: 'strict', stepNames: true }, input: { x: { y: 1 } }, clockSkew: 3, subjects: [{ sha256: 'a'.repeat(64) }, ...world.subjects] }] },
  verify: { of: verify, given: [world] },
  createVerifier: { of: createVerifier, given: [world] },
  errorCodeOf: { of: errorCodeOf, given: ['subject'] },
  firstCause: { of: firstCause, given: [refused, 'build'] },
  verificationSummary: { of: verificationSummary, given: [passed, { verifier: 'https://example.com', resourceUri: 'x', policyUri: 'y', statementType: 'https://in-toto.io/Statement/v1' }] },
  definePolicy: { of: definePolicy, given: [definition] },
  draftPolicy: { of: draftPolicy, given: [{ envelopes: [await collection()], keys: [alice.verifier], expires: new Date(0), types: world.types }] },
  policySigner: { of: policySigner, given: [{ roots: rootPem, intermediates: rootPem, timestampAuthorities: [rootPem], now: new Date(0), signer: { commonName: 'x', emails: ['a@b'], dnsNames: ['*'], organizations: ['o'], uris: ['u'], extensions: { Issuer: 'i' } } }] },
  signPolicy: { of: signPolicy, given: [{ policy: document, signers: [root.signer] }] },
  lintPolicy: { of: lintPolicy, given: [await signed(document), { types: world.types, now: new Date(0), verifiers: [root.verifier], limits: { policyBytes: 1000 } }] },
  'lintPolicy of a document': { of: lintPolicy, given: [document, {}] },
  explain: { of: explain, given: [refused] },
  proposeChange: { of: proposeChange, given: [world, { report: refused, keys: [alice.verifier], edits: 1, tries: 2 }] },
  describeEdit: { of: describeEdit, given: [edit] },
  editPolicy: { of: editPolicy, given: [world.policy, edit, { keys: [alice.verifier] }] },
  renderText: { of: renderText, given: [refused, { changes, paint: { dim: (text: string) => text, good: (text: string) => text, bad: (text: string) => text } }] },
  renderMarkdown: { of: renderMarkdown, given: [refused, { changes }] },
  renderHtml: { of: renderHtml, given: [refused, { changes }] },
  renderJson: { of: renderJson, given: [refused, { changes }] },
  reportDocument: { of: reportDocument, given: [refused, { changes }] },
  readReport: { of: readReport, given: [new TextEncoder().encode(renderJson(refused))] },
}

/** Those that verify each time. */
const slow: ReadonlySet<string> = new Set(['evaluate', 'verify', 'createVerifier', 'proposeChange'])

/** Every place of a value, as far as it is plain. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (path.length > 7) return [path]
  if (Array.isArray(value)) return [path, ...value.flatMap((item: unknown, index) => placesOf(item, [...path, index]))]
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return [path]
  return [path, ...Object.entries(value).flatMap(([key, member]) => placesOf(member, [...path, key]))]
}

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? replaced(item, rest, by) : item))
  return { ...(value as Readonly<Record<string, unknown>>), [key]: replaced((value as Readonly<Record<string, unknown>>)[key], rest, by) }
}

async function outcomeOf(name: string, given: readonly unknown[]): Promise<string> {
  const call = calls[name]
  if (call === undefined) return 'no such call'
  try {
    await (call.of as (...all: readonly unknown[]) => unknown)(...given)
    return 'an answer'
  } catch (error) {
    if (CilockError.is(error)) return 'a code'
    if (error instanceof TypeError && (ofOurs.test(error.message) || !ofTheEngine.test(error.message))) return 'a TypeError of ours'
    return String(error)
  }
}

describe.each(Object.keys(calls))('%s', (name) => {
  const given = calls[name]?.given ?? []
  it('answers arguments that are right', async () => {
    expect(await outcomeOf(name, given)).toBe('an answer')
  })
  it('says which argument is wrong, or answers, whatever stands in any place', async () => {
    const arbitrary = fc.constantFrom(...placesOf(given).filter((path) => path.length > 0)).chain((path) => fc.tuple(fc.constant(path), fc.constantFrom(...odd)))
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([path, by]) => {
        const outcome = await outcomeOf(name, replaced(given, path, by) as readonly unknown[])
        expect(['an answer', 'a code', 'a TypeError of ours']).toContain(outcome)
      }),
      { numRuns: slow.has(name) ? 150 : 800, endOnFailure: true },
    )
  })
})
