import { encodeBase64, encodeUtf8 } from '@cilock/core'
import type { Signer, Timestamper } from '@cilock/core'
import { seededKey } from '@cilock/testing'
import { certificateOf, policyCertificate, timestamperOf } from '@cilock/testing/x509'
import { recordedKey } from '../test/oracle/keys.ts'
import type { SignerKind } from './plan.ts'

/** Somebody with a key. */
export interface Person {
  readonly signer: Signer
  readonly publicKeyPem: string
}

/** Whoever signs in generated worlds. Keys follow from fixed seeds, but for RSA's, which is one of the recordings. */
export interface People {
  readonly release: Person
  /** In the policy, and allowed for no step. */
  readonly bystander: Person
  /** Unknown to all. */
  readonly mallory: Person
  readonly keys: Readonly<Record<Exclude<SignerKind, 'certificate'>, Person>>
  /** Signers with certificates, by what is wrong with them. */
  readonly certified: Readonly<Record<Certified, Signer>>
  readonly root: string
  readonly otherRoot: string
  readonly authority: string
  readonly timestamper: Timestamper
  readonly foreignTimestamper: Timestamper
  readonly lateTimestamper: Timestamper
}

/** What a certificate is, beside right. */
export type Certified = 'right' | 'expired' | 'other-name' | 'other-root' | 'tls' | 'more-names'

const signedAt = new Date('2026-06-01T12:00:00Z')

/** Makes everybody. */
export async function makePeople(): Promise<People> {
  const key = async (kind: 'ed25519' | 'ec-p256' | 'ec-p384' | 'ec-p521', seed: string = kind): Promise<Person> => seededKey(`fuzz ${seed}`, kind)
  const [root, otherRoot, tsaRoot, foreignRoot] = await Promise.all(['root', 'other root', 'tsa root', 'foreign tsa root'].map(async (seed) => certificateOf({ seed: `fuzz ${seed}` })))
  if (root === undefined || otherRoot === undefined || tsaRoot === undefined || foreignRoot === undefined) throw new TypeError('no certificates')
  const leaf = async (options: Parameters<typeof root.issue>[0], issuer = root): Promise<Signer> =>
    (await issuer.issue({ seed: 'fuzz leaf', subject: { commonName: 'builder' }, names: { emails: ['builder@example.com'] }, ...options })).signer
  const tsa = await tsaRoot.issue({ seed: 'fuzz tsa', kind: 'timestamper' })
  const foreign = await foreignRoot.issue({ seed: 'fuzz foreign tsa', kind: 'timestamper' })
  const rsa = await recordedKey('rsa-2048')
  return {
    release: await key('ed25519', 'release'),
    bystander: await key('ec-p256', 'bystander'),
    mallory: await key('ed25519', 'mallory'),
    keys: { ed25519: await key('ed25519'), 'ec-p256': await key('ec-p256'), 'ec-p384': await key('ec-p384'), 'ec-p521': await key('ec-p521'), rsa },
    certified: {
      right: await leaf({}),
      expired: await leaf({ notAfter: new Date('2025-01-01T00:00:00Z') }),
      'other-name': await leaf({ subject: { commonName: 'somebody' } }),
      'other-root': await leaf({}, otherRoot),
      tls: await leaf({ extendedKeyUsage: ['serverAuth'] }),
      'more-names': await leaf({ names: { emails: ['builder@example.com'], dnsNames: ['builder.example.com'] } }),
    },
    root: policyCertificate(root),
    otherRoot: policyCertificate(otherRoot),
    authority: policyCertificate(tsaRoot),
    timestamper: timestamperOf(tsa, () => signedAt),
    foreignTimestamper: timestamperOf(foreign, () => signedAt),
    lateTimestamper: timestamperOf(tsa, () => new Date('2050-01-01T00:00:00Z')),
  }
}

/** A key as a policy has it. */
export function policyKey({ signer: { keyid }, publicKeyPem }: Person): { keyid: string; key: string } {
  return { keyid, key: encodeBase64(encodeUtf8(publicKeyPem)) }
}
