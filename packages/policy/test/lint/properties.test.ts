import { parseJson } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import { lintPolicy } from '@cilock/policy/lint'
import type { PolicyEdit } from '@cilock/policy/lint'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lint } from '../support/lint.ts'
import { alice, bob, keyid, policyOf, publickeys, step } from '../support/world.ts'

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

/** Edits of JSON Patch, on plain JSON. */
function apply(document: JsonValue, edits: readonly PolicyEdit[]): JsonValue {
  const copy = structuredClone(document)
  for (const edit of edits) {
    const tokens = edit.path.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = tokens.pop() ?? ''
    const parent = tokens.reduce<unknown>((at, token) => (at as Record<string, unknown>)[token], copy)
    if (Array.isArray(parent) && edit.op === 'remove') parent.splice(Number(last), 1)
    else if (edit.op === 'remove') delete (parent as Record<string, unknown>)[last]
    else (parent as Record<string, unknown>)[last] = edit.value
  }
  return copy
}

describe('a fix that is given as edits settles its finding', () => {
  const functionary = { type: 'publickey', publickeyid: keyid(alice) } as const
  const constraint = { commonname: '', dnsnames: [], emails: null, organizations: ['*'], uris: ['https://example.com'], roots: ['caa'] }
  const spec = policyOf({
    publickeys: publickeys(alice, bob),
    roots: { caab: { certificate: '' } },
    timestampauthorities: { tsa: { certificate: '' } },
    steps: {
      build: step('build', {
        functionaries: [functionary, functionary, { ...functionary, certConstraint: { commonname: 'x' } }, { type: 'root' as const, certConstraint: constraint }],
        attestations: [{ type: 'https://aflock.ai/attestations/product/v0.3', aipolicies: [{ name: 'n', prompt: 'p' }] }],
        allowedUntracked: ['a'],
      }),
    },
    externalAttestations: { slsa: { name: 'other', predicateType: 'https://slsa.dev/provenance/v1', functionaries: [functionary] } },
  })
  const document = parseJson(text(spec))

  test('each alone', async () => {
    const findings = await lint(spec)
    const fixable = findings.filter(({ fix }) => fix.edits !== undefined)
    expect([...new Set(fixable.map(({ code }) => code))].sort()).toEqual(
      ['ai-policy', 'constraint-empty', 'constraint-on-key', 'external-name', 'functionary-repeated', 'functionary-root-unknown', 'key-unused', 'root-unused', 'untracked-without-effect'].sort(),
    )
    for (const { code, place, fix, message } of fixable) {
      const after = await lintPolicy(text(apply(document, fix.edits ?? [])))
      expect(after.filter((each) => each.code === code && each.place.pointer === place.pointer && each.message === message), `${code} ${place.pointer}`).toEqual([])
    }
  })
})

test('the order of keys in the document does not show', async () => {
  const shuffled = (value: JsonValue): JsonValue =>
    Array.isArray(value) ? value.map(shuffled) : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).reverse().map(([key, item]) => [key, shuffled(item as JsonValue)])) : value
  const policy = policyOf({ steps: { b: step('x', { functionaries: [] }), a: step('y', { artifactsFrom: ['c'] }) }, nope: 1, publickeys: publickeys(alice, bob) })
  expect(await lintPolicy(text(shuffled(policy as JsonValue)))).toEqual(await lintPolicy(text(policy)))
})

test('whatever stands in a policy, there are findings and no crash', async () => {
  const keys = fc.constantFrom('steps', 'name', 'functionaries', 'attestations', 'type', 'regopolicies', 'module', 'expires', 'publickeys', 'keyid', 'key', 'roots', 'certificate', 'certConstraint', 'commonname', 'uris', 'extensions', 'artifactsFrom', 'attestationsFrom', 'externalAttestations', 'predicateType', '__proto__', 'build', 'root', 'publickey')
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 6 }, keys, fc.constant(null), fc.boolean(), fc.integer(), fc.string(), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(keys, tie('value'), { maxKeys: 6 })),
  }))
  await fc.assert(
    fc.asyncProperty(fc.dictionary(keys, value, { minKeys: 1 }), async (document) => {
      for (const { severity, message, place } of await lintPolicy(text(document), { now: new Date('2026-01-01T00:00:00Z') })) {
        expect(['error', 'warning', 'note']).toContain(severity)
        expect(message).not.toBe('')
        expect(place.pointer === '' || place.pointer.startsWith('/')).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})
