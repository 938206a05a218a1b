import { writeFileSync, readFileSync } from 'node:fs'
import { parseEnvelope } from '@cilock/core'
import { encryptCosignKey } from '@cilock/cosign'
import { certificateOf } from '@cilock/testing/x509'
import { afterAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)

const root = await certificateOf({ seed: 'root' })
const issuing = await root.issue({ seed: 'issuing', kind: 'authority' })
const leaf = await issuing.issue({ seed: 'leaf' })
const other = await issuing.issue({ seed: 'other' })
writeFileSync(place.path('leaf.pem'), leaf.key.privateKeyPem)
writeFileSync(place.path('leaf.crt'), leaf.pem)
writeFileSync(place.path('full.crt'), leaf.pem + issuing.pem)
writeFileSync(place.path('issuing.crt'), issuing.pem)
writeFileSync(place.path('other.crt'), other.pem)
writeFileSync(place.path('document'), '{}')

const sign = async (...flags: readonly string[]): Promise<{ readonly code: number; readonly stderr: string }> => cilock(place.dir, ['sign', '-k', 'leaf.pem', '-f', 'document', '-o', 'signed.json', ...flags])
const signature = (): ReturnType<typeof parseEnvelope>['signatures'][number] | undefined => parseEnvelope(readFileSync(place.path('signed.json'))).signatures[0]

describe("signing with cosign's key file", () => {
  it('opens it with its password, and says when that is missing or wrong', async () => {
    writeFileSync(place.path('cosign.key'), await encryptCosignKey(leaf.key.privateKeyPem, { password: 'secret' }))
    const by = async (...flags: readonly string[]): ReturnType<typeof sign> => cilock(place.dir, ['sign', '-k', 'cosign.key', '-f', 'document', '-o', 'signed.json', ...flags])
    expect(await by('--signer-file-key-passphrase', 'secret')).toMatchObject({ code: 0 })
    expect(signature()?.keyid).toBe(leaf.signer.keyid)
    for (const flags of [[], ['--signer-file-key-passphrase', 'wrong']]) {
      const refused = await by(...flags)
      expect(refused.stderr).toContain('ERR_KEY_PASSPHRASE')
      expect(refused.code).toBe(1)
    }
  })
})

describe('signing with a certificate', () => {
  it('writes it and its issuers beside the signature', async () => {
    expect(await sign('--signer-file-cert-path', 'leaf.crt', '--signer-file-intermediate-paths', 'issuing.crt')).toMatchObject({ code: 0 })
    const text = new TextDecoder()
    const { certificate, intermediates = [] } = signature() ?? {}
    expect(text.decode(certificate)).toBe(leaf.pem)
    expect(intermediates.map((pem) => text.decode(pem))).toEqual([issuing.pem])
  })

  it('takes issuers from the same file', async () => {
    expect(await sign('--signer-file-cert-path', 'full.crt')).toMatchObject({ code: 0 })
    expect(signature()?.intermediates).toHaveLength(1)
  })

  it.each([
    ['another key’s certificate', ['--signer-file-cert-path', 'other.crt'], 1, 'ERR_CERTIFICATE_KEY'],
    ['a certificate that is none', ['--signer-file-cert-path', 'leaf.pem'], 1, 'ERR_CERTIFICATE_MALFORMED'],
    ['a certificate that is not there', ['--signer-file-cert-path', 'none.crt'], 1, 'ERR_FILE'],
    ['an issuer that is not there', ['--signer-file-cert-path', 'leaf.crt', '--signer-file-intermediate-paths', 'none.crt'], 1, 'ERR_FILE'],
    ['issuers of nothing', ['--signer-file-intermediate-paths', 'issuing.crt'], 1, '--signer-file-intermediate-paths needs --signer-file-cert-path'],
  ])('refuses %s', async (_, flags, code, says) => {
    const ran = await sign(...flags)
    expect(ran.stderr).toContain(says)
    expect(ran.code).toBe(code)
  })
})
