import { encodeJson } from '@cilock/core'
import { attestImage, cosignSigner, cosignVerifier, signImage, verifyImage } from '@cilock/cosign'
import { mediaTypes, registryClient } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { seededKey } from '@cilock/testing'
import { describe, expect, it } from 'vitest'
import { bundleType, cosignWorld, documentType, tagLayers } from './world.ts'

const sigTag = (digest: string): string => `${digest.replace(':', '-')}.sig`
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('signing with a bundle', () => {
  it('writes what cosign writes, beside what is there', async () => {
    const { store, digest, key } = await cosignWorld()
    await signImage({ store, image: 'v1', signer: key.signer, annotations: { b: '2', a: '1' } })
    await signImage({ store, image: digest, signer: key.signer })
    const referrers = await store.referrers(digest)
    expect(referrers).toHaveLength(2)
    const manifest = await store.manifest(referrers[0]?.digest ?? '')
    expect(JSON.parse(text(manifest.bytes))).toMatchObject({
      schemaVersion: 2,
      artifactType: bundleType,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', size: 2 },
      annotations: { 'dev.sigstore.bundle.content': 'dsse-envelope', 'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1' },
      subject: { digest },
    })
    if (manifest.kind !== 'image') return expect.fail('an index')
    const bundle = JSON.parse(text(await store.blob(manifest.layers[0]?.digest ?? ''))) as { readonly dsseEnvelope: { readonly payload: string; readonly signatures: readonly object[] }; readonly verificationMaterial: unknown }
    // base64 of the SHA-256 of the SPKI, as cosign names a key
    expect(bundle.verificationMaterial).toEqual({ publicKey: { hint: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) } })
    expect(Object.keys(bundle.dsseEnvelope.signatures[0] ?? {})).toEqual(['sig'])
    expect(atob(bundle.dsseEnvelope.payload)).toBe(
      `{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"${digest.slice(7)}"},"annotations":{"a":"1","b":"2"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}`,
    )
  })

  it('is listed under the fallback tag of a registry without referrers', async () => {
    const { store, digest, key } = await cosignWorld({ referrers: false })
    await signImage({ store, image: 'v1', signer: key.signer })
    expect(await store.tags()).toEqual([digest.replace(':', '-'), 'v1'])
    expect((await verifyImage({ store, image: 'v1', verifiers: [await cosignVerifier(key.publicKeyPem)] })).signatures).toHaveLength(1)
  })
})

describe('signing under a tag', () => {
  it('writes the very document that cosign writes', async () => {
    const { store, digest, key } = await cosignWorld()
    const { place } = await signImage({ store, image: 'v1', signer: key.signer, form: 'tag', reference: 'registry.example/team/app', annotations: { u: 'é', q: '<a&b>', env: 'prod' } })
    expect(place).toMatchObject({ form: 'tag', tag: sigTag(digest), layer: 0 })
    expect(text(await store.blob(place.digest ?? ''))).toBe(
      `{"critical":{"identity":{"docker-reference":"registry.example/team/app"},"image":{"docker-manifest-digest":"${digest}"},"type":"cosign container image signature"},"optional":{"env":"prod","q":"\\u003ca\\u0026b\\u003e","u":"é"}}`,
    )
    const plain = await signImage({ store, image: 'v1', signer: key.signer, form: 'tag' })
    expect(text(await store.blob(plain.place.digest ?? ''))).toMatch(/"optional":null\}$/)
    const manifest = await store.manifest(sigTag(digest))
    expect(manifest.kind === 'image' && manifest.layers.map(({ mediaType, annotations }) => [mediaType, Object.keys(annotations ?? {})])).toEqual([
      [documentType, ['dev.cosignproject.cosign/signature']],
      [documentType, ['dev.cosignproject.cosign/signature']],
    ])
  })

  it('keeps what others have signed, and writes nothing twice', async () => {
    const { store, digest, key, stranger } = await cosignWorld()
    const sign = async (of: typeof key): Promise<string> => (await signImage({ store, image: 'v1', signer: await cosignSigner(of.privateKeyPem), form: 'tag' })).state
    expect(await sign(key)).toBe('written')
    expect(await sign(stranger)).toBe('written')
    const before = (await store.manifest(sigTag(digest))).digest
    expect(await sign(key)).toBe('already-there')
    expect((await store.manifest(sigTag(digest))).digest).toBe(before)
    for (const each of [key, stranger]) expect((await verifyImage({ store, image: 'v1', verifiers: [await cosignVerifier(each.publicKeyPem)] })).signatures).toHaveLength(1)
  })

  it.each([true, false])('loses nothing where others write at the same time (conditions: %s)', { timeout: 30_000 }, async (conditions) => {
    const { store, key } = await cosignWorld({ conditions })
    const keys = await Promise.all(Array.from({ length: 12 }, async (_, at) => seededKey(`writer ${at}`, 'ec-p256')))
    await signImage({ store, image: 'v1', signer: key.signer, form: 'tag' })
    await Promise.all(keys.map(async ({ signer }) => signImage({ store, image: 'v1', signer, form: 'tag' })))
    for (const each of [key, ...keys]) expect((await verifyImage({ store, image: 'v1', verifiers: [await cosignVerifier(each.publicKeyPem)] })).signatures).toHaveLength(1)
  })

  /** Every state of the tag, by how many signatures stand there, while another signs between this one's look and its writing. */
  const statesOf = async (conditions: boolean): Promise<readonly number[]> => {
    const { store, digest, key, stranger } = await cosignWorld({ conditions })
    const third = await seededKey('third', 'ec-p256')
    await signImage({ store, image: 'v1', signer: key.signer, form: 'tag' })
    const states: number[] = []
    const watched: Repository = {
      ...store,
      putManifest: async (bytes, options) => {
        const put = await store.putManifest(bytes, options)
        const now = await store.manifest(sigTag(digest))
        states.push(now.kind === 'image' ? now.layers.length : 0)
        return put
      },
    }
    let isFirst = true
    const slow: Repository = {
      ...watched,
      putManifest: async (bytes, options) => {
        if (isFirst) {
          isFirst = false
          await signImage({ store: watched, image: 'v1', signer: stranger.signer, form: 'tag' })
        }
        return watched.putManifest(bytes, options)
      },
    }
    await signImage({ store: slow, image: 'v1', signer: third.signer, form: 'tag' })
    return states
  }

  it('writes over nobody where the registry takes conditions', async () => {
    expect(await statesOf(true)).toEqual([2, 3])
  })

  it('can write over one whom it never saw where the registry takes none', async () => {
    // that one looked after it wrote, and does not look again: this is what conditions are for
    expect(await statesOf(false)).toEqual([2, 2])
  })

  it('is not kept from writing by a registry that takes every condition for broken', async () => {
    const { registry, digest, key, stranger } = await cosignWorld()
    const odd: typeof fetch = async (input, init) => {
      const request = new Request(input, init)
      return request.headers.has('if-match') || request.headers.has('if-none-match') ? new Response(null, { status: 412 }) : registry.fetch(request)
    }
    const store = registryClient({ fetch: odd }).repository(`${registry.host}/team/app`)
    for (const { signer } of [key, stranger]) await signImage({ store, image: 'v1', signer, form: 'tag' })
    expect(await store.manifest(sigTag(digest))).toMatchObject({ layers: [{}, {}] })
    registry.fail({ method: 'PUT', path: /\.sig$/, kind: 'answer', status: 409 })
    await expect(signImage({ store, image: 'v1', signer: (await seededKey('third', 'ec-p256')).signer, form: 'tag' })).rejects.toMatchObject({ code: 'ERR_REGISTRY_CONFLICT' })
  })

  it('adds again what another has written over', async () => {
    const { store, digest, key, stranger } = await cosignWorld({ conditions: false })
    let disturbed = 0
    const careless: Repository = {
      ...store,
      putManifest: async (bytes, options) => {
        const put = await store.putManifest(bytes, options)
        // somebody who had read the tag before writes what it knows
        if (options?.tag === sigTag(digest) && disturbed++ === 0) await tagLayers(store, sigTag(digest), [])
        return put
      },
    }
    await signImage({ store, image: 'v1', signer: stranger.signer, form: 'tag' })
    await signImage({ store: careless, image: 'v1', signer: key.signer, form: 'tag' })
    for (const each of [key, stranger]) expect((await verifyImage({ store, image: 'v1', verifiers: [await cosignVerifier(each.publicKeyPem)] })).signatures).toHaveLength(1)
  })

  it('ERR_COSIGN_LOST: tells where it does not last', async () => {
    const { store, digest, key } = await cosignWorld()
    const forgetful: Repository = {
      ...store,
      putManifest: async (bytes, options) => {
        const put = await store.putManifest(bytes, options)
        if (options?.tag !== undefined) await tagLayers(store, options.tag, [])
        return put
      },
    }
    await expect(signImage({ store: forgetful, image: 'v1', signer: key.signer, form: 'tag' })).rejects.toMatchObject({ code: 'ERR_COSIGN_LOST' })
    expect(digest).toMatch(/^sha256:/)
  })

  it('ERR_COSIGN_TAG: writes over nothing that is no list of signatures, or that is full', async () => {
    const { store, digest, key } = await cosignWorld()
    await store.putManifest(encodeJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] }), { tag: sigTag(digest) })
    await expect(signImage({ store, image: 'v1', signer: key.signer, form: 'tag' })).rejects.toMatchObject({ code: 'ERR_COSIGN_TAG' })
    const bytes = encodeJson('one')
    await tagLayers(store, sigTag(digest), Array.from({ length: 1000 }, (_, at) => ({ mediaType: documentType, bytes, annotations: { at: String(at) } })))
    await expect(signImage({ store, image: 'v1', signer: key.signer, form: 'tag' })).rejects.toMatchObject({ code: 'ERR_COSIGN_TAG' })
  })
})

describe('a writer that cannot', () => {
  it('ERR_SIGNER_FAILED: says which signer failed', async () => {
    const { store } = await cosignWorld()
    for (const form of ['bundle', 'tag'] as const) {
      const broken = { keyid: 'mine', sign: async (): Promise<Uint8Array> => Promise.reject(new TypeError('out of ink')) }
      await expect(signImage({ store, image: 'v1', signer: broken, form })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED', message: expect.stringContaining('mine') })
      await expect(signImage({ store, image: 'v1', signer: { keyid: 'mine', sign: async () => new Uint8Array() }, form })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
    }
  })

  it('ERR_MALFORMED: a predicate that is no JSON', async () => {
    const { store, key } = await cosignWorld()
    await expect(attestImage({ store, image: 'v1', signer: key.signer, predicateType: 'a:b', predicate: { a: '\ud800' } })).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
    await expect(attestImage({ store, image: 'v1', signer: key.signer, predicateType: '', predicate: {} })).rejects.toThrow(TypeError)
    await expect(attestImage({ store, image: 'v1', signer: key.signer, predicateType: 'a:b', predicate: undefined })).rejects.toThrow(TypeError)
  })

  it('says what the registry said', async () => {
    const { registry, store, key } = await cosignWorld()
    registry.fail({ method: 'PUT', path: /\/manifests\//, kind: 'answer', status: 403 })
    for (const form of ['bundle', 'tag'] as const) await expect(signImage({ store, image: 'v1', signer: key.signer, form })).rejects.toMatchObject({ code: 'ERR_REGISTRY_FORBIDDEN' })
    registry.heal()
    registry.fail({ method: 'GET', path: /\.sig$/, kind: 'answer', status: 403 })
    // what cannot be read is not taken for nothing, and not written over
    await expect(signImage({ store, image: 'v1', signer: key.signer, form: 'tag' })).rejects.toMatchObject({ code: 'ERR_REGISTRY_FORBIDDEN' })
    expect(registry.requests.some(({ method, target }) => method === 'PUT' && target.endsWith('.sig'))).toBe(true)
    await expect(signImage({ store: registryClient({ fetch: registry.fetch }).repository(`${registry.host}/team/app`), image: 'v9', signer: key.signer })).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' })
  })
})
