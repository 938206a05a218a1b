import type { EnvelopeSignature, Verifier } from '@cilock/core'
import type { Certificate, CertificateCheck, CertificateIdentity, CertificateRefusal, CertificateVerifier } from '@cilock/x509'

/** Whose certificates count. */
export interface IdentityVerifierOptions {
  /** Who says that a certificate is to be trusted. */
  readonly certificates: CertificateVerifier
  /** One of the names in the certificate: text is equal to it, a pattern fits the whole of it. */
  readonly identity: string | RegExp
  /** Who vouched for that name, as Fulcio writes it down (OIDC issuer). Default: not looked at. */
  readonly issuer?: string | RegExp
}

/** That a certificate is trusted, and somebody else's. */
export interface IdentityRefusal {
  /** Stable. */
  readonly code: 'ERR_CERTIFICATE_IDENTITY'
  /** What was expected and what was found, for people. */
  readonly message: string
}

/** A verifier of certificates that belong to somebody. */
export interface IdentityVerifier extends Verifier {
  readonly verify: (message: Uint8Array, signature: EnvelopeSignature) => Promise<CertificateIdentity | undefined>
  /** The same judgement with its reasons. */
  readonly check: (message: Uint8Array, signature: EnvelopeSignature) => Promise<CertificateCheck | { readonly state: 'refused'; readonly refusal: IdentityRefusal | CertificateRefusal }>
}

/**
 * Of the certificates that another verifier trusts, those of one identity (`--certificate-identity`,
 * `--certificate-oidc-issuer`). Patterns fit the whole of a name; cosign's are found anywhere in it.
 *
 * @example
 * const verifier = identityVerifier({ certificates: certificateVerifier({ bundles, fallbackTime: new Date(), keyVerifier: cosignVerifier }), identity: 'ci@example.com' })
 */
export function identityVerifier({ certificates, identity, issuer }: IdentityVerifierOptions): IdentityVerifier {
  const isIdentity = matcher(identity, 'identity')
  const isIssuer = issuer === undefined ? undefined : matcher(issuer, 'issuer')
  const mismatch = (certificate: Certificate): string | undefined => {
    const names = namesOf(certificate)
    if (!names.some(isIdentity)) return `expected a certificate of ${shown(identity)}, found one of ${names.slice(0, 3).map(shown).join(', ') || 'nobody'}`
    const { values, conflicting } = certificate.fulcio
    const found = conflicting.includes('Issuer') ? undefined : values.Issuer
    if (issuer === undefined || (found !== undefined && isIssuer?.(found) === true)) return undefined
    return `expected a certificate by the issuer ${shown(issuer)}, found one by ${found === undefined ? 'none' : shown(found)}`
  }
  const check: IdentityVerifier['check'] = async (message, signature) => {
    const checked = await certificates.check(message, signature)
    if (checked.state !== 'verified') return checked
    const why = mismatch(checked.identity.certificate)
    return why === undefined ? checked : { state: 'refused', refusal: { code: 'ERR_CERTIFICATE_IDENTITY', message: why } }
  }
  return {
    check,
    verify: async (message, signature) => {
      const checked = await check(message, signature)
      return checked.state === 'verified' ? checked.identity : undefined
    },
  }
}

/** Longer names are nobody's: a pattern may take its time on what somebody else has written. */
const maxNameLength = 4096

function matcher(wanted: string | RegExp, option: string): (name: string) => boolean {
  if (typeof wanted === 'string') {
    if (wanted === '') throw new TypeError(`${option} must not be empty`)
    return (name) => name === wanted
  }
  if (!(wanted instanceof RegExp)) throw new TypeError(`${option} has to be text or a pattern`)
  const whole = new RegExp(`^(?:${wanted.source})$`, wanted.flags.replaceAll(/[gmy]/g, ''))
  return (name) => name.length <= maxNameLength && whole.test(name)
}

function namesOf({ names }: Certificate): readonly string[] {
  return [...names.emails, ...names.uris, ...names.dnsNames, ...names.ips, ...names.otherNames.flatMap(({ value }) => (value === undefined ? [] : [value]))]
}

function shown(name: string | RegExp): string {
  return typeof name === 'string' ? JSON.stringify(name.slice(0, 200)) : String(name)
}
