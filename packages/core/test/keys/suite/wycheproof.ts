import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { customSigner, importVerifier, type ImportVerifierOptions, type KeyHash, type Verifier } from '@cilock/core'
import { skipped, vectors } from '@cilock/vectors'

interface Case {
  readonly tcId: number
  readonly comment: string
  readonly flags: readonly string[]
  readonly msg: string
  readonly sig: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

interface Group {
  readonly publicKeyPem: string
  readonly sha?: string
  readonly mgfSha?: string
  readonly publicKey: { readonly keySize?: number }
  readonly tests: readonly Case[]
}

type Judge = (group: Group, test: Case) => boolean

const folder = vectors('wycheproof')

function groupsOf(file: string): readonly Group[] {
  return (JSON.parse(readFileSync(join(folder ?? '', `${file}_test.json`), 'utf8')) as { readonly testGroups: readonly Group[] }).testGroups
}

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

/** Whether each case is judged as it should be; the ones that are not, by number and comment. */
async function disagreements(
  file: string,
  verifierOf: (group: Group) => Promise<Pick<Verifier, 'verify'>>,
  expected: Judge,
): Promise<{ readonly count: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = []
  let count = 0
  for (const group of groupsOf(file)) {
    const verifier = await verifierOf(group)
    for (const item of group.tests) {
      count++
      const found = (await verifier.verify(bytes(item.msg), { keyid: '', sig: bytes(item.sig) })) !== undefined
      if (found !== expected(group, item)) wrong.push(`${item.tcId} ${item.comment} [${item.flags.join()}]: ${found ? 'accepted' : 'refused'}`)
    }
  }
  return { count, wrong }
}

const asPublished: Judge = (_group, { result }) => result === 'valid'
/** Any salt length is accepted, so a signature with another salt than the file's is right too. */
const anySalt: Judge = (_group, { result, comment }) => result === 'valid' || comment.startsWith('s_len changed to ')
/** The file of PKCS#1 v1.5 has three PSS signatures, which are right as such. */
const isPss: Judge = (_group, { comment }) => comment === 'RSASSA-PSS signature'
const hashOf = ({ sha }: Group): KeyHash => (sha ?? 'SHA-256').replace('-', '').toLowerCase() as KeyHash
const verifierFor = (options?: ImportVerifierOptions) => async (group: Group) => importVerifier(group.publicKeyPem, { hash: hashOf(group), ...options })

export function wycheproofSuite(): void {
  if (folder === undefined) {
    test.skip(skipped('wycheproof'))
    return
  }

  describe('Wycheproof', () => {
    test.each([
      ['ecdsa_secp256r1_sha256', 484],
      ['ecdsa_secp384r1_sha256', 472],
      ['ecdsa_secp384r1_sha384', 504],
      ['ecdsa_secp521r1_sha512', 542],
      ['ed25519', 151],
    ])('%s', async (file, size) => {
      const verifier = file === 'ed25519' ? async (group: Group) => importVerifier(group.publicKeyPem) : verifierFor()
      expect(await disagreements(file, verifier, asPublished)).toEqual({ count: size, wrong: [] })
    })

    test.each([
      ['rsa_pss_2048_sha256_mgf1_32', 108],
      ['rsa_pss_4096_sha256_mgf1_32', 108],
    ])('%s', async (file, size) => {
      expect(await disagreements(file, verifierFor(), anySalt)).toEqual({ count: size, wrong: [] })
    })

    // the one "acceptable" case leaves out the NULL in DigestInfo, which Go refuses
    test('rsa_signature_2048_sha256, PKCS#1 v1.5 allowed', async () => {
      expect(await disagreements('rsa_signature_2048_sha256', verifierFor({ allowRsaPkcs1v15: true }), (group, item) => asPublished(group, item) || isPss(group, item))).toEqual({ count: 259, wrong: [] })
    })

    test('rsa_signature_2048_sha256, PKCS#1 v1.5 not allowed', async () => {
      expect(await disagreements('rsa_signature_2048_sha256', verifierFor(), isPss)).toEqual({ count: 259, wrong: [] })
    })

    test('rsa_pss_misc: SHA-256 with MGF1 of SHA-256 is accepted, every other pair refused', async () => {
      const usual: Judge = ({ sha, mgfSha }) => sha === 'SHA-256' && mgfSha === 'SHA-256'
      expect(await disagreements('rsa_pss_misc', async ({ publicKeyPem }) => importVerifier(publicKeyPem), usual)).toEqual({ count: 150, wrong: [] })
    })

    test.each(['sha384', 'sha512'] as const)('rsa_pss_misc with hash %s', async (hash) => {
      const expected: Judge = (group) => group.sha === group.mgfSha && hashOf(group) === hash
      expect(await disagreements('rsa_pss_misc', async ({ publicKeyPem }) => importVerifier(publicKeyPem, { hash }), expected)).toEqual({ count: 150, wrong: [] })
    })

    test.each([
      ['ecdsa_secp256r1_sha256_p1363', 262],
      ['ecdsa_secp384r1_sha384_p1363', 280],
      ['ecdsa_secp521r1_sha512_p1363', 318],
    ])('%s', async (file, size) => {
      expect(await disagreements(file, p1363VerifierOf, asPublished)).toEqual({ count: size, wrong: [] })
    })
  })
}

/** A verifier of two numbers side by side, through a signer that is told of that form and tries what it made. */
async function p1363VerifierOf(group: Group): Promise<Pick<Verifier, 'verify'>> {
  return {
    async verify(message, { sig }) {
      const signer = customSigner({ publicKeyPem: group.publicKeyPem, hash: hashOf(group), ecdsaForm: 'p1363', sign: async () => sig })
      try {
        await signer.sign(message)
        return { keyid: signer.keyid }
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_SIGNER_FAILED' })
        return undefined
      }
    },
  }
}
