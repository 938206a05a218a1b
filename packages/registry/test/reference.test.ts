import fc from 'fast-check'
import { CilockError } from '@cilock/core'
import { formatReference, mediaTypes, parseReference, readManifest } from '@cilock/registry'
import { describe, expect, it } from 'vitest'

const digest = `sha256:${'a'.repeat(64)}`

describe('a reference', () => {
  it.each([
    ['app', { registry: 'docker.io', repository: 'library/app', tag: 'latest' }],
    ['index.docker.io/team/app:v1', { registry: 'docker.io', repository: 'team/app', tag: 'v1' }],
    ['localhost/app', { registry: 'localhost', repository: 'app', tag: 'latest' }],
    ['localhost:5000/team/app', { registry: 'localhost:5000', repository: 'team/app', tag: 'latest' }],
    [`[::1]:5000/app@${digest}`, { registry: '[::1]:5000', repository: 'app', digest }],
    [`registry.example.com/app:v1@${digest}`, { registry: 'registry.example.com', repository: 'app', tag: 'v1', digest }],
  ])('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected)
    expect(parseReference(formatReference(parseReference(text)))).toEqual(expected)
  })

  it.each(['', 'App', 'a//b', '../a', 'host.example/a/../b', 'app:', 'app:a b', 'a.b:99999/app', 'user@host.example/app@x', `app@${digest}@${digest}`])('is none: %j', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_(?:REFERENCE|DIGEST)_INVALID$/) as string }))
  })

  it('is read, or refused with a code, and never leads out of its path', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z0-9._:@/[\]-]{0,40}$/)), (text) => {
        try {
          const read = parseReference(text)
          expect(parseReference(formatReference(read))).toEqual(read)
          expect(new URL(`https://h/v2/${read.repository}/tags`).pathname).toBe(`/v2/${read.repository}/tags`)
        } catch (error) {
          expect(CilockError.is(error)).toBe(true)
        }
      }),
    )
  })
})

it('a manifest is read, or refused with a code', () => {
  const part = fc.oneof(fc.jsonValue(), fc.constant({ mediaType: 'a/b', digest, size: 1 }), fc.constant([{ mediaType: 'a/b', digest, size: 1 }]))
  fc.assert(
    fc.property(fc.record({ mediaType: fc.string(), config: part, layers: part, manifests: part, subject: part }, { requiredKeys: [] }), (value) => {
      try {
        const { bytes, kind } = readManifest(new TextEncoder().encode(JSON.stringify(value)))
        expect(bytes.length).toBeGreaterThan(0)
        expect('manifests' in value).toBe(kind === 'index')
      } catch (error) {
        if (!CilockError.is(error)) throw error
      }
    }),
  )
})

it('a manifest that can be read in two ways is refused', () => {
  const config = { mediaType: 'a/b', digest, size: 1 }
  for (const image of [{ config, layers: [] }, { config }, { layers: [] }]) {
    const both = new TextEncoder().encode(JSON.stringify({ ...image, manifests: [] }))
    expect(() => readManifest(both)).toThrow(expect.objectContaining({ code: 'ERR_MANIFEST_INVALID' }))
  }
  const oci = new TextEncoder().encode(JSON.stringify({ mediaType: mediaTypes.ociManifest, config, layers: [] }))
  expect(() => readManifest(oci, mediaTypes.dockerManifest)).toThrow(expect.objectContaining({ code: 'ERR_MANIFEST_INVALID' }))
})
