import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseBuildxMetadata } from '@cilock/attestor-docker/type'
import { CilockError } from '@cilock/core'

const sha256 = 'ab'.repeat(32)
const digest = `sha256:${sha256}`
const parse = (value: unknown) => parseBuildxMetadata(JSON.stringify(value))
const code = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) })

describe('a build', () => {
  test('is read whole', () => {
    const found = parse({
      'buildx.build.provenance': {
        builder: { id: 'https://builder.example/1' },
        buildType: 'https://mobyproject.org/buildkit@v1',
        materials: [{ uri: 'pkg:docker/alpine@3.20?platform=linux%2Farm64', digest: { sha256 } }],
        metadata: { buildInvocationID: 'i1', buildStartedOn: '2026-05-29T09:33:17.1Z', buildFinishedOn: '2026-05-29T09:33:19Z', completeness: {} },
      },
      'buildx.build.ref': 'builder/builder0/abc',
      'containerimage.config.digest': `sha256:${'cd'.repeat(32)}`,
      'containerimage.descriptor': { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 855, platform: { architecture: 'arm64', os: 'linux' } },
      'containerimage.digest': digest,
      'image.name': 'a:1, b:2,a:1',
    })
    expect(found).toEqual([
      {
        digest: { sha256 },
        configDigest: { sha256: 'cd'.repeat(32) },
        names: ['a:1', 'b:2'],
        ref: 'builder/builder0/abc',
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        size: 855,
        platform: { os: 'linux', architecture: 'arm64' },
        provenance: [
          {
            version: 'v0.2',
            platform: 'linux/arm64',
            buildType: 'https://mobyproject.org/buildkit@v1',
            materials: [{ uri: 'pkg:docker/alpine@3.20?platform=linux%2Farm64', digest: { sha256 } }],
            startedOn: '2026-05-29T09:33:17.1Z',
            finishedOn: '2026-05-29T09:33:19Z',
            invocationId: 'i1',
            builderId: 'https://builder.example/1',
          },
        ],
      },
    ])
  })

  test('may say no more than its digest', () => {
    expect(parse({ 'containerimage.digest': digest })).toEqual([{ digest: { sha256 }, names: [], provenance: [] }])
  })

  test('has provenance of version 1', () => {
    const [build] = parse({
      'containerimage.digest': digest,
      'buildx.build.provenance/linux/amd64': {
        buildDefinition: { buildType: 't', resolvedDependencies: [{ uri: 'u', digest: { sha1: 'cd'.repeat(20), sha512: 'x' } }] },
        runDetails: { builder: { id: 'b' }, metadata: { invocationId: 'i', startedOn: 's', finishedOn: 'f' } },
      },
    })
    expect(build?.provenance).toEqual([
      {
        version: 'v1',
        platform: 'linux/amd64',
        buildType: 't',
        materials: [{ uri: 'u', digest: { sha1: 'cd'.repeat(20) } }],
        startedOn: 's',
        finishedOn: 'f',
        invocationId: 'i',
        builderId: 'b',
      },
    ])
  })

  test.each([
    ['pkg:docker/a?platform=linux%2Farm%2Fv7', 'linux/arm/v7'],
    ['pkg:docker/a?x=1\\u0026platform=linux%252Famd64', 'linux/amd64'],
    ['pkg:docker/a#x?platform=linux', ''],
    ['pkg:docker/a?platform=%zz', ''],
    ['pkg:docker/a?platform', ''],
  ])('takes the platform of %s', (uri, platform) => {
    const [build] = parse({ 'containerimage.digest': digest, 'buildx.build.provenance': { materials: [{ uri }] } })
    expect(build?.provenance[0]?.platform).toBe(platform)
  })

  test.each([['a string'], [[]], [7], [{ materials: 'none' }], [{ buildDefinition: [] }], [{}]])('keeps no provenance of another shape: %j', (provenance) => {
    const [build] = parse({ 'containerimage.digest': digest, 'buildx.build.provenance': provenance })
    expect(build?.provenance).toEqual([])
  })
})

test('a bake has a build for each target that gave an image', () => {
  const found = parse({ app: { 'containerimage.digest': digest, 'image.name': 'a' }, lint: { 'buildx.build.ref': 'x' }, 'buildx.build.warnings': [] })
  expect(found).toEqual([{ target: 'app', digest: { sha256 }, names: ['a'], provenance: [] }])
})

test.each([[null], [[]], ['text'], [1.5], [{}], [{ bomFormat: 'CycloneDX' }], [{ a: { b: 1 } }]])('other JSON has no builds: %j', (value) => {
  expect(parse(value)).toEqual([])
})

describe('refuses', () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['broken JSON', '{"containerimage.digest":', /offset/],
    ['duplicate keys', `{"containerimage.digest":"${digest}","containerimage.digest":"${digest}"}`, /duplicate|twice/i],
    ['a digest without an algorithm', `{"containerimage.digest":"${sha256}"}`, /sha256: and 64/],
    ['a short digest', '{"containerimage.digest":"sha256:abc"}', /sha256: and 64/],
    ['a digest in upper case', `{"containerimage.digest":"sha256:${sha256.toUpperCase()}"}`, /sha256: and 64/],
    ['another algorithm', `{"containerimage.digest":"sha512:${sha256}"}`, /sha256: and 64/],
    ['a digest that is no text', '{"containerimage.digest":1}', /a string/],
    ['another config digest', `{"containerimage.digest":"${digest}","containerimage.config.digest":"x"}`, /containerimage.config.digest/],
    ['a name that is no text', `{"containerimage.digest":"${digest}","image.name":["a"]}`, /a string/],
    ['a ref that is no text', `{"containerimage.digest":"${digest}","buildx.build.ref":1}`, /a string/],
    ['a descriptor of another shape', `{"containerimage.digest":"${digest}","containerimage.descriptor":{"size":-1}}`, /integer/],
    ['a key in other letter case', `{"containerimage.digest":"${digest}","Image.Name":"b"}`, /letter case/],
    ['a key that looks like provenance', `{"containerimage.digest":"${digest}","buildx.build.provenances":{}}`, /buildx\.build\.provenances/],
    ['what is wrong in a target', '{"a/b":{"containerimage.digest":"sha256:"}}', /\/a~1b\/containerimage\.digest/],
  ]
  test.each(refused)('%s', (_, text, message) => {
    expect(() => parseBuildxMetadata(text)).toThrow(code('ERR_MALFORMED', message))
  })
})

test('any JSON is read or refused by code, and digests that come out are whole', () => {
  const json = fc.json({ maxDepth: 3 })
  const like = fc
    .dictionary(
      fc.constantFrom('containerimage.digest', 'image.name', 'buildx.build.provenance', 'buildx.build.provenance/linux/amd64', 'buildx.build.ref', 'app', '__proto__'),
      fc.oneof(fc.constant(digest), fc.jsonValue(), fc.record({ materials: fc.array(fc.record({ uri: fc.string(), digest: fc.dictionary(fc.constantFrom('sha256', 'sha1'), fc.string()) })) })),
    )
    .map((value) => JSON.stringify(value))
  fc.assert(
    fc.property(fc.oneof(json, like), (text) => {
      try {
        for (const build of parseBuildxMetadata(text)) {
          expect(build.digest['sha256']).toMatch(/^[0-9a-f]{64}$/)
          for (const { materials } of build.provenance) {
            for (const material of materials) expect(Object.values(material.digest).every((value) => /^(?:[0-9a-f]{64}|[0-9a-f]{40})$/.test(value))).toBe(true)
          }
        }
      } catch (error) {
        if (!CilockError.is(error)) throw error
        expect(error.code).toBe('ERR_MALFORMED')
      }
    }),
    { numRuns: 500 },
  )
})
