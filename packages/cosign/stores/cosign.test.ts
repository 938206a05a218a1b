import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKey, importSigner, inTotoPayloadType, signEnvelope } from '@cilock/core'
import type { KeyKind } from '@cilock/core'
import { attachAttestation, attestBlob, attestImage, copySignedImage, cosignSigner, cosignVerifier, encryptCosignKey, savedImage, signBlob, signImage, verifyAttestations, verifyBlob, verifyBlobAttestation, verifyImage } from '@cilock/cosign'
import { registryClient } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { openArchive, openLayout, writeArchive } from '@cilock/registry/node'
import { pushImage } from '@cilock/registry/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { starter, startWorld } from './server.ts'
import type { RealWorld } from './server.ts'

const folder = starter()
const name = folder === undefined ? 'SKIPPED: needs tools/oci-registry and tools/go-oracles beside the vectors, on linux/x64' : 'a real registry and a real cosign'

const kinds: readonly { readonly kind: KeyKind; readonly flags: readonly string[] }[] = [
  { kind: 'ec-p256', flags: [] },
  { kind: 'ec-p384', flags: ['--signature-digest-algorithm', 'sha384'] },
  { kind: 'ec-p521', flags: ['--signature-digest-algorithm', 'sha512'] },
  { kind: 'rsa-2048', flags: [] },
  { kind: 'ed25519', flags: [] },
]

const offline = ['--use-signing-config=false', '--tlog-upload=false', '-y']
const type = 'https://example.test/check/v1'

describe.skipIf(folder === undefined).each([true, false])(`${name}, with referrers: %s`, (referrers) => {
  let world: RealWorld
  let repository: (path: string) => Repository
  beforeAll(() => {
    world = startWorld(folder ?? '', referrers)
    const client = registryClient({ fetch })
    repository = (path) => client.repository(path)
  }, 300_000)
  afterAll(() => world.stop())

  it.each(kinds)('cosign verifies what we sign with $kind', { timeout: 120_000 }, async ({ kind, flags }) => {
    const store = repository(`${world.host}/ours/${kind}`)
    const { manifest } = await pushImage(store, 'v1')
    const { privateKeyPem, publicKeyPem } = await generateKey(kind)
    const signer = await cosignSigner(await encryptCosignKey(privateKeyPem, { password: 'p' }), { password: 'p' })
    world.write(`${kind}.pub`, publicKeyPem)
    for (const form of ['bundle', 'tag'] as const) {
      const image = `${store.name}@${manifest}`
      await signImage({ store, image: 'v1', signer, form, annotations: { env: 'prod', q: '<a&b>' } })
      await attestImage({ store, image: 'v1', signer, form, predicateType: type, predicate: { ok: true, n: 1.5 } })
      const legacy = form === 'tag' ? ['--new-bundle-format=false'] : []
      const common = ['--key', `${kind}.pub`, '--insecure-ignore-tlog', ...flags, ...legacy]
      const verified = await world.cosign('verify', ...common, '-a', 'env=prod', '-a', 'q=<a&b>', image)
      expect([form, verified.status, verified.stderr]).toEqual([form, 0, expect.anything()])
      const attested = await world.cosign('verify-attestation', ...common, '--type', type, image)
      expect([form, attested.status, attested.stderr]).toEqual([form, 0, expect.anything()])
      expect((await world.cosign('verify', ...common, '-a', 'env=test', image)).status).not.toBe(0)
    }
  })

  it.each(kinds)('we verify what cosign signs with $kind', { timeout: 120_000 }, async ({ kind }) => {
    const store = repository(`${world.host}/theirs/${kind}`)
    const { manifest } = await pushImage(store, 'v1')
    const { privateKeyPem, publicKeyPem, verifier } = await generateKey(kind)
    world.write(`${kind}.key`, await encryptCosignKey(privateKeyPem, { password: '' }))
    world.write('predicate.json', '{"ok":true}')
    const verifiers = [await cosignVerifier(publicKeyPem)]
    for (const form of ['bundle', 'tag'] as const) {
      const legacy = form === 'tag' ? ['--new-bundle-format=false'] : []
      const image = `${store.name}@${manifest}`
      const signed = await world.cosign('sign', '--key', `${kind}.key`, ...offline, ...legacy, '-a', 'env=prod', image)
      expect([form, signed.status, signed.stderr]).toEqual([form, 0, expect.anything()])
      const attested = await world.cosign('attest', '--key', `${kind}.key`, ...offline, ...legacy, '--type', type, '--predicate', 'predicate.json', image)
      expect([form, attested.status, attested.stderr]).toEqual([form, 0, expect.anything()])
      const { signatures } = await verifyImage({ store, image: 'v1', verifiers, forms: [form], annotations: { env: 'prod' } })
      expect(signatures.map(({ signers, annotations }) => ({ signers: signers.map(({ keyid }) => keyid), annotations }))).toEqual([{ signers: [verifier.keyid], annotations: { env: 'prod' } }])
      const { attestations } = await verifyAttestations({ store, image: 'v1', verifiers, forms: [form], predicateType: type })
      expect(attestations.map(({ statement }) => statement.predicate)).toEqual([{ ok: true }])
    }
  })

  it('both add to what the other has signed', { timeout: 120_000 }, async () => {
    const store = repository(`${world.host}/both/app`)
    const { manifest } = await pushImage(store, 'v1')
    const [ours, theirs] = [await generateKey('ec-p256'), await generateKey('ec-p256')]
    world.write('theirs.key', await encryptCosignKey(theirs.privateKeyPem, { password: '' }))
    world.write('ours.pub', ours.publicKeyPem)
    world.write('theirs.pub', theirs.publicKeyPem)
    const image = `${store.name}@${manifest}`
    for (const form of ['bundle', 'tag'] as const) {
      const legacy = form === 'tag' ? ['--new-bundle-format=false'] : []
      await signImage({ store, image: 'v1', signer: await cosignSigner(ours.privateKeyPem), form })
      expect((await world.cosign('sign', '--key', 'theirs.key', ...offline, ...legacy, image)).status).toBe(0)
      await signImage({ store, image: 'v1', signer: await cosignSigner((await generateKey('ec-p256')).privateKeyPem), form })
      for (const key of ['ours.pub', 'theirs.pub']) {
        const verified = await world.cosign('verify', '--key', key, '--insecure-ignore-tlog', ...legacy, image)
        expect([form, key, verified.status, verified.stderr]).toEqual([form, key, 0, expect.anything()])
      }
      const { report } = await verifyImage({ store, image: 'v1', verifiers: [await cosignVerifier(theirs.publicKeyPem)], forms: [form] })
      expect(report.entries.map(({ state }) => state).toSorted()).toEqual(['accepted', 'refused', 'refused'])
    }
  })

  it('cosign verifies what we copied, and we what it saved', { timeout: 120_000 }, async () => {
    const [store, mirror] = [repository(`${world.host}/both/copied`), repository(`${world.host}/both/mirror`)]
    const { manifest } = await pushImage(store, 'v1')
    const { privateKeyPem, publicKeyPem } = await generateKey('ec-p256')
    const signer = await cosignSigner(privateKeyPem)
    const verifiers = [await cosignVerifier(publicKeyPem)]
    world.write('copied.pub', publicKeyPem)
    for (const form of ['bundle', 'tag'] as const) await signImage({ store, image: 'v1', signer, form })
    const archive = await writeArchive(join(world.folder, 'copied.tar'))
    await copySignedImage({ from: store, to: archive, image: 'v1', tag: 'v1' })
    await archive.close()
    await copySignedImage({ from: await openArchive(join(world.folder, 'copied.tar')), to: mirror, image: 'v1', tag: 'v1' })
    for (const legacy of [[], ['--new-bundle-format=false']]) {
      const verified = await world.cosign('verify', '--key', 'copied.pub', '--insecure-ignore-tlog', ...legacy, `${mirror.name}@${manifest}`)
      expect([verified.status, verified.stderr]).toEqual([0, expect.anything()])
    }
    const saved = await world.cosign('save', '--dir', 'saved', `${mirror.name}:v1`)
    expect([saved.status, saved.stderr]).toEqual([0, expect.anything()])
    expect((await verifyImage({ ...(await savedImage(await openLayout(join(world.folder, 'saved')))), verifiers })).signatures).toHaveLength(1)
  })

  it('cosign verifies an envelope of CI/lock beside the image', { timeout: 60_000 }, async () => {
    const store = repository(`${world.host}/attached/app`)
    const { manifest } = await pushImage(store, 'v1')
    const { privateKeyPem, publicKeyPem } = await generateKey('ec-p256')
    world.write('cilock.pub', publicKeyPem)
    const payload = new TextEncoder().encode(JSON.stringify({ _type: 'https://in-toto.io/Statement/v0.1', subject: [{ name: 'app', digest: { sha256: manifest.slice(7) } }], predicateType: type, predicate: {} }))
    const envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [await importSigner(privateKeyPem)] })
    for (const form of ['bundle', 'tag'] as const) {
      await attachAttestation({ store, image: 'v1', envelope, form })
      const legacy = form === 'tag' ? ['--new-bundle-format=false'] : []
      const verified = await world.cosign('verify-attestation', '--key', 'cilock.pub', '--insecure-ignore-tlog', ...legacy, '--type', type, `${store.name}@${manifest}`)
      expect([form, verified.status, verified.stderr]).toEqual([form, 0, expect.anything()])
    }
  })

  it.each(kinds)('files are signed and verified both ways with $kind', { timeout: 60_000 }, async ({ kind, flags }) => {
    const { privateKeyPem, publicKeyPem } = await generateKey(kind)
    const blob = new TextEncoder().encode('hello\n')
    const signer = await cosignSigner(privateKeyPem)
    world.write('blob.txt', blob)
    world.write('blob.pub', publicKeyPem)
    world.write('blob.key', await encryptCosignKey(privateKeyPem, { password: '' }))
    world.write('predicate.json', '{"ok":true}')
    const verifiers = [await cosignVerifier(publicKeyPem)]
    const sign = await world.cosign('sign-blob', '--key', 'blob.key', ...offline, '--bundle', 'theirs.json', 'blob.txt')
    expect([sign.status, sign.stderr]).toEqual([0, expect.anything()])
    await verifyBlob({ blob, bundle: readFileSync(join(world.folder, 'theirs.json'), 'utf8'), verifiers })
    const attest = await world.cosign('attest-blob', '--key', 'blob.key', ...offline, '--type', type, '--predicate', 'predicate.json', '--bundle', 'attested.json', 'blob.txt')
    expect([attest.status, attest.stderr]).toEqual([0, expect.anything()])
    await verifyBlobAttestation({ blob, bundle: readFileSync(join(world.folder, 'attested.json'), 'utf8'), verifiers, predicateType: type })
    world.write('ours.json', await signBlob({ blob, signer }))
    const verified = await world.cosign('verify-blob', '--key', 'blob.pub', '--insecure-ignore-tlog', ...flags, '--bundle', 'ours.json', 'blob.txt')
    expect([verified.status, verified.stderr]).toEqual([0, expect.anything()])
    world.write('ours-attested.json', await attestBlob({ blob, signer, name: 'blob.txt', predicateType: type, predicate: {} }))
    const attested = await world.cosign('verify-blob-attestation', '--key', 'blob.pub', '--insecure-ignore-tlog', ...flags, '--type', type, '--bundle', 'ours-attested.json', 'blob.txt')
    expect([attested.status, attested.stderr]).toEqual([0, expect.anything()])
  })
})
