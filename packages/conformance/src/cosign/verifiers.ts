import type { KeyHash, Verifier } from '@cilock/core'
import { cosignVerifier, identityVerifier } from '@cilock/cosign'
import { certificateVerifier, parseCertificate, parseCertificates } from '@cilock/x509'
import type { Certificate } from '@cilock/x509'
import type { Flags } from './flags.ts'

/** What a command line asks for and this package has not; the reason is told where a verdict hangs on it. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported'
}

/** What is refused before anything is looked at, as cosign does. */
export class WrongCommand extends Error {
  override readonly name = 'WrongCommand'
}

const identityFlags = ['--certificate-identity', '--certificate-identity-regexp'] as const
const issuerFlags = ['--certificate-oidc-issuer', '--certificate-oidc-issuer-regexp'] as const

/** A time at which the certificates of the recording are valid. */
const recordedAt = new Date('2026-11-23T00:00:00Z')

/** The verifiers that a command line of cosign describes. */
export async function verifiersOf(flags: Flags, read: (name: string) => Uint8Array | undefined): Promise<readonly Verifier[]> {
  const text = (name: string): string => {
    const bytes = read(name)
    if (bytes === undefined) throw new WrongCommand(`no file ${name}`)
    return new TextDecoder().decode(bytes)
  }
  const key = flags.one('--key')
  const wantsIdentity = [...identityFlags, ...issuerFlags].some((flag) => flags.one(flag) !== undefined)
  if (key !== undefined) {
    if (wantsIdentity) throw new WrongCommand('a key and an identity')
    const hash = flags.one('--signature-digest-algorithm') as KeyHash | undefined
    return [await cosignVerifier(text(key), hash === undefined ? {} : { hash })]
  }
  const [identity, issuer] = [nameOf(flags, identityFlags), nameOf(flags, issuerFlags)]
  if (!flags.has('--insecure-ignore-sct')) throw new Unsupported('a certificate is to be in a log of certificates')
  const { roots, intermediates } = anchorsOf(flags, text)
  return [identityVerifier({ certificates: certificateVerifier({ bundles: [{ id: 'recorded', roots, intermediates }], fallbackTime: recordedAt, keyVerifier: cosignVerifier }), identity, issuer })]
}

/** Text, or a pattern that is found anywhere, as cosign's are. */
function nameOf(flags: Flags, [exact, pattern]: readonly [string, string]): string | RegExp {
  const [text, regexp] = [flags.one(exact), flags.one(pattern)]
  if (text !== undefined && regexp !== undefined) throw new WrongCommand(`${exact} and ${pattern}`)
  if (text !== undefined) return text
  if (regexp === undefined) throw new WrongCommand(`neither ${exact} nor ${pattern}`)
  try {
    return new RegExp(`[^]*(?:${regexp})[^]*`)
  } catch {
    throw new WrongCommand(`${pattern} is no pattern`)
  }
}

function anchorsOf(flags: Flags, text: (name: string) => string): { readonly roots: readonly Certificate[]; readonly intermediates: readonly Certificate[] } {
  const chain = flags.one('--certificate-chain')
  const trustedRoot = flags.one('--trusted-root')
  const caRoots = flags.one('--ca-roots')
  if (caRoots !== undefined && flags.one('--new-bundle-format') !== 'false') throw new WrongCommand('--ca-roots with bundles')
  const all = chain !== undefined ? parseCertificates(text(chain)) : trustedRoot === undefined ? [] : fromTrustedRoot(text(trustedRoot))
  if (caRoots === undefined) return { roots: all.filter(({ selfIssued }) => selfIssued), intermediates: all.filter(({ selfIssued }) => !selfIssued) }
  const between = flags.one('--ca-intermediates')
  return { roots: parseCertificates(text(caRoots)), intermediates: between === undefined ? [] : parseCertificates(text(between)) }
}

interface TrustedRootJson {
  readonly certificateAuthorities?: readonly { readonly certChain: { readonly certificates: readonly { readonly rawBytes: string }[] } }[]
}

function fromTrustedRoot(json: string): readonly Certificate[] {
  const { certificateAuthorities = [] } = JSON.parse(json) as TrustedRootJson
  return certificateAuthorities.flatMap(({ certChain }) => certChain.certificates.map(({ rawBytes }) => parseCertificate(new Uint8Array(Buffer.from(rawBytes, 'base64')))))
}
