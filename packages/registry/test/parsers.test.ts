import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CilockError } from '@cilock/core'
import { digestOf, formatReference, mediaTypes, parseReference, parseRepository, readManifest, registryClient } from '@cilock/registry'

const component = fc.stringMatching(/^[a-z0-9]{1,6}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/)
const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const registry = fc.oneof(fc.constantFrom('localhost', 'localhost:5000', '127.0.0.1:80', '[::1]:5000', 'docker.io'), fc.stringMatching(/^[a-z0-9]{1,8}\.[a-z]{2,5}(?::[1-9]\d{0,3})?$/))
const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,30}$/)
const digest = fc.tuple(fc.constantFrom('sha256' as const, 'sha512' as const), fc.string()).map(([algorithm, content]) => digestOf(content, algorithm))

/** Whether something fails in a way that a program can tell apart. */
function coded(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!CilockError.is(error)) throw error
    expect(error.message.length).toBeLessThan(600)
  }
}

describe('a reference', () => {
  it('is read as it was written', () => {
    const reference = fc.record({ registry, repository: path, tag: fc.option(tag, { nil: undefined }), digest: fc.option(digest, { nil: undefined }) })
    fc.assert(
      fc.property(reference, ({ registry: host, repository, ...rest }) => {
        const name = host === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository
        const given = { registry: host, repository: name, ...(rest.tag !== undefined && { tag: rest.tag }), ...(rest.digest !== undefined && { digest: rest.digest }) }
        const wanted = rest.tag === undefined && rest.digest === undefined ? { ...given, tag: 'latest' } : given
        expect(parseReference(formatReference({ ...given, repository }))).toEqual(wanted)
        expect(parseReference(formatReference(wanted))).toEqual(wanted)
        expect(parseRepository(`${host}/${name}`)).toEqual({ registry: host, repository: name })
      }),
    )
  })

  it('is refused by code, or means the same when it is written again', () => {
    const text = fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: fc.constantFrom('a', 'B', '/', ':', '@', '.', '-', '_', '0', '[', ']', ' ', 'sha256:'), maxLength: 40 }))
    fc.assert(
      fc.property(text, (each) => {
        coded(() => {
          const found = parseReference(each)
          expect(parseReference(formatReference(found))).toEqual(found)
        })
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a manifest', () => {
  const size = fc.nat({ max: 2 ** 40 })
  const annotations = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }).filter((key) => key !== '__proto__'), fc.string({ maxLength: 8 }), { minKeys: 1, maxKeys: 3 })
  const descriptor = fc.record({ mediaType: fc.stringMatching(/^[a-z]{1,8}\/[a-z.+]{1,12}$/), digest, size, annotations }, { requiredKeys: ['mediaType', 'digest', 'size'] })
  const image = fc.record({ schemaVersion: fc.constant(2), mediaType: fc.constantFrom(mediaTypes.ociManifest, mediaTypes.dockerManifest), config: descriptor, layers: fc.array(descriptor, { maxLength: 4 }), subject: descriptor, annotations }, { requiredKeys: ['schemaVersion', 'config', 'layers'] })
  const index = fc.record({ schemaVersion: fc.constant(2), mediaType: fc.constantFrom(mediaTypes.ociIndex, mediaTypes.dockerList), manifests: fc.array(descriptor, { maxLength: 4 }), subject: descriptor, annotations }, { requiredKeys: ['schemaVersion', 'manifests'] })
  const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

  it('is read as it was written, whatever says of which type it is', () => {
    fc.assert(
      fc.property(fc.oneof(image, index), (value) => {
        const bytes = bytesOf(value)
        const found = readManifest(bytes)
        expect(found).toMatchObject({ bytes, digest: digestOf(bytes), annotations: value.annotations ?? {}, ...('config' in value ? { kind: 'image', config: value.config, layers: value.layers } : { kind: 'index', manifests: value.manifests }) })
        expect(found.subject).toEqual(value.subject)
        expect(readManifest(bytes, found.mediaType)).toEqual(found)
        const other = found.kind === 'image' ? mediaTypes.ociIndex : mediaTypes.ociManifest
        expect(() => readManifest(bytes, other)).toThrow(expect.objectContaining({ code: 'ERR_MANIFEST_INVALID' }) as Error)
      }),
    )
  })

  it('that is damaged is refused by code, or read', () => {
    fc.assert(
      fc.property(image, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), (value, changes) => {
        const bytes = bytesOf(value)
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        coded(() => readManifest(bytes))
      }),
      { numRuns: 300 },
    )
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => coded(() => readManifest(new TextEncoder().encode(text)))))
  })
})

describe('a list on several pages', () => {
  const spelling = fc.constantFrom(
    (target: string) => `<${target}>; rel="next"`,
    (target: string) => `<${target}>;rel=next`,
    (target: string) => `<${target}> ; title="a, b; c" ; rel="last next"`,
    (target: string) => `<https://elsewhere.example.com/v2/x>; rel="prev", <${target}>; REL="Next"`,
  )

  it('is read to its end, however the next page is named', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uniqueArray(tag, { maxLength: 3 }), { minLength: 1, maxLength: 5 }), spelling, fc.constantFrom('', 'https://registry.example.com'), async (pages, spell, origin) => {
        const fetch: typeof globalThis.fetch = async (input) => {
          const at = Number(new URL(new Request(input).url).searchParams.get('page') ?? 0)
          return Response.json({ tags: pages[at] }, { headers: at + 1 < pages.length ? { link: spell(`${origin}/v2/team/app/tags/list?page=${at + 1}`) } : {} })
        }
        expect(await registryClient({ fetch }).repository('registry.example.com/team/app').tags()).toEqual([...new Set(pages.flat())].toSorted())
      }),
      { numRuns: 60 },
    )
  })

  it('never hangs, nor goes elsewhere, whatever the header says', async () => {
    const header = fc.oneof(fc.string({ unit: fc.constantFrom('<', '>', ';', ',', ' ', 'rel=next', 'rel="next"', '/v2/team/app/tags/list', 'https://evil.example.com/v2/', '//evil.example.com/v2/x', '"', '=', 'a'), maxLength: 12 }), fc.stringMatching(/^[\x20-\x7e]{0,60}$/))
    await fc.assert(
      fc.asyncProperty(header, async (link) => {
        const fetch: typeof globalThis.fetch = async (input) => {
          expect(new URL(new Request(input).url).origin).toBe('https://registry.example.com')
          return Response.json({ tags: ['a'] }, { headers: { link } })
        }
        const found = await registryClient({ fetch }).repository('registry.example.com/team/app').tags().catch((error: unknown) => error)
        if (!Array.isArray(found)) expect(found).toMatchObject({ code: 'ERR_REGISTRY_RESPONSE' })
      }),
      { numRuns: 200 },
    )
  })
})
