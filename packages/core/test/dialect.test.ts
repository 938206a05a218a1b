import { attest, AttestError, collectionOf, dialects, parseStatement, typeIn, witnessCollectionType } from '@cilock/core'
import type { Attestor, AttestOptions } from '@cilock/core'
import { describe, expect, it } from 'vitest'

const subject = { 'thing:x': { sha256: 'a'.repeat(64) } }
const attestor = (name: string, type: string, more: Partial<Attestor> = {}): Attestor => ({
  name,
  predicateType: type,
  runType: 'postproduct',
  read: () => ({ predicate: {} }),
  attest: (context) => Promise.resolve({ predicate: { dialect: context.dialect }, subjects: subject, backRefs: subject }),
  ...more,
})
const run = (attestors: readonly Attestor[], more: Partial<AttestOptions> = {}) =>
  attest({ step: 's', workingDir: '/', env: {}, clock: () => new Date(0), host: { os: 'linux', name: 'h', user: 'u' }, attestors, signers: [], allowUnsigned: true, dialect: 'witness', ...more })

describe("witness's dialect", () => {
  it('has its own URIs for what both know, and keeps those that are of neither', () => {
    expect(typeIn('witness', 'https://aflock.ai/attestations/git/v0.1')).toBe('https://witness.dev/attestations/git/v0.1')
    expect(typeIn('witness', 'https://witness.dev/attestations/git/v0.1')).toBe('https://witness.dev/attestations/git/v0.1')
    expect(typeIn('witness', 'https://spdx.dev/Document')).toBe('https://spdx.dev/Document')
    expect(typeIn('witness', 'https://aflock.ai/attestations/product/v0.3')).toBeUndefined()
    expect(typeIn('cilock', 'https://aflock.ai/attestations/product/v0.3')).toBe('https://aflock.ai/attestations/product/v0.3')
    expect(dialects).toEqual(['cilock', 'witness'])
  })

  it('writes the collection, its entries and its subjects so, and no back-references', async () => {
    const { envelope } = await run([attestor('git', 'https://aflock.ai/attestations/git/v0.1')])
    const statement = parseStatement(envelope.payload)
    expect(statement.predicateType).toBe(witnessCollectionType)
    expect(statement.subject.map(({ name }) => name)).toEqual(['https://witness.dev/attestations/git/v0.1/thing:x'])
    const { attestations, backrefs } = collectionOf(statement)
    expect(attestations.map(({ type, attestation }) => [type, attestation])).toEqual([['https://witness.dev/attestations/git/v0.1', { dialect: 'witness' }]])
    expect(backrefs).toBeUndefined()
  })

  it('gives an exported statement its own subjects alone', async () => {
    const own = { 'own:y': { sha256: 'b'.repeat(64) } }
    const exported = attestor('sbom', 'https://spdx.dev/Document', { export: true, attest: () => Promise.resolve({ predicate: {}, subjects: own }) })
    const { exported: [first] } = await run([attestor('git', 'https://aflock.ai/attestations/git/v0.1'), exported])
    expect(parseStatement(first?.envelope.payload ?? new Uint8Array()).subject.map(({ name }) => name)).toEqual(['own:y'])
  })

  it('fails an attestor that go-witness does not know, since it could read nothing of the collection', async () => {
    const failure: unknown = await run([attestor('x', 'https://aflock.ai/attestations/x/v9')]).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AttestError)
    if (failure instanceof AttestError) expect(failure.failed.map(({ error }) => error?.code)).toEqual(['ERR_DIALECT_UNSUPPORTED'])
  })

  it('is one of two', async () => {
    await expect(run([], { dialect: 'tekton' as 'witness' })).rejects.toThrow(TypeError)
  })
})
